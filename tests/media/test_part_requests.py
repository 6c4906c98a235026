"""Who gets parts signed, of what, and what a cancelled upload in parts leaves."""

from flask import Flask
from mypy_boto3_s3 import S3Client
from sqlalchemy import select

from blog.db import session
from blog.media.models import File
from tests.containers import mp4
from tests.media.uploads import Item, Uploader


def test_parts_are_signed_for_those_who_announced_the_file(
    uploader: Uploader, somebody_else: Uploader, film: Item
) -> None:
    asset = uploader.reserve([film])["id"]

    assert somebody_else.sign_parts(asset, film, 1).status_code == 403
    assert somebody_else.reserve([film])["id"] == asset
    somebody_else.send_parts(asset, film, 1, 2)
    assert uploader.complete(asset).status_code == 200


def test_a_part_that_the_file_does_not_have_is_refused_by_its_path(
    uploader: Uploader, film: Item
) -> None:
    asset = uploader.reserve([film])["id"]

    answer = uploader.sign_parts(asset, film, 1, 2, size=5)

    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == ["parts.0.size", "parts.1.size"]


def test_there_is_nothing_to_sign_for_a_file_in_one_piece_or_a_finished_one(
    uploader: Uploader, film: Item
) -> None:
    small = Item("main", mp4(), "video/mp4")
    ids = [uploader.reserve([small])["id"], uploader.upload_all([film])["id"]]

    for asset in ids:
        answer = uploader.sign_parts(asset, film, 1)
        assert answer.status_code == 409
        assert "nothing to send" in answer.get_json()["error"]
    assert uploader.sign_parts(99, film, 1).status_code == 404


def test_a_cancelled_upload_is_aborted_in_the_bucket(
    app: Flask, uploader: Uploader, film: Item, owner: S3Client
) -> None:
    asset = uploader.reserve([film])["id"]
    uploader.send_parts(asset, film, 1)

    assert uploader.cancel(asset).status_code == 204

    assert "Uploads" not in owner.list_multipart_uploads(Bucket="blog-media")
    with app.app_context():
        assert session.scalars(select(File)).all() == []
    assert uploader.complete(asset).status_code == 404
    uploader.upload_all([film])


def test_two_files_never_share_a_reference(uploader: Uploader, film: Item, owner: S3Client) -> None:
    uploader.upload_all([film])
    content = mp4(640, 480, size=len(film.content))
    # The hash of the whole is the author's word where it comes in parts: this one lies.
    other = Item("main", content, "video/mp4", changes={"sha256": film.sha256[:12] + "0" * 52})
    asset = uploader.reserve([other])["id"]
    uploader.send_parts(asset, other, 1, 2)

    answer = uploader.complete(asset)

    assert answer.status_code == 409
    assert answer.get_json()["role"] == "main"
    assert "same reference" in answer.get_json()["error"]
    assert owner.list_objects_v2(Bucket="blog-media")["KeyCount"] == 1


def test_where_a_store_tells_no_hashes_of_parts_their_lengths_decide(
    uploader: Uploader, film: Item, owner: S3Client
) -> None:
    asset = uploader.reserve([film])["id"]
    uploader.send_parts(asset, film, 2)
    [upload] = owner.list_multipart_uploads(Bucket="blog-media")["Uploads"]
    owner.upload_part(
        Bucket="blog-media",
        Key=upload["Key"],
        UploadId=upload["UploadId"],
        PartNumber=1,
        Body=film.part(1),
    )

    assert [a["sha256"] is None for a in uploader.reserve([film])["uploads"][0]["arrived"]] == [
        True,
        False,
    ]
    assert uploader.complete(asset).status_code == 200
