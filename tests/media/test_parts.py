"""Large videos in parts: signed one by one, gone on with after a break, put together once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests
from flask import Flask
from mypy_boto3_s3 import S3Client
from sqlalchemy import select

from blog.db import session
from blog.local.server import BucketServer
from blog.media.ledger import Signature
from tests.media.uploads import LARGE, Item, Uploader, send


def uploads_under_way(owner: S3Client) -> int:
    return len(owner.list_multipart_uploads(Bucket="blog-media").get("Uploads", []))


def part_requests(bucket: BucketServer) -> int:
    return sum(r.method == "PUT" and "partNumber=" in r.path for r in bucket.received)


def test_a_large_video_comes_in_parts(
    either_way: Uploader, film: Item, bucket: BucketServer, owner: S3Client
) -> None:
    reserved = either_way.reserve([film])

    assert reserved["uploads"] == [
        {
            "role": "main",
            "sha256": film.sha256,
            "method": "PARTS",
            "part_size": 33_554_432,
            "parts": 2,
            "url": f"/admin/media/{reserved['id']}/parts",
            "arrived": [],
        }
    ]
    assert owner.list_objects_v2(Bucket="blog-media")["KeyCount"] == 0
    either_way.send_parts(reserved["id"], film, 1, 2)
    answer = either_way.complete(reserved["id"]).get_json()
    assert (answer["kind"], answer["width"], answer["height"]) == ("video", 640, 360)
    assert either_way.complete(reserved["id"]).get_json() == answer
    kept = requests.head(answer["url"], timeout=10)
    assert kept.headers["Content-Length"] == str(LARGE)
    assert kept.headers["Content-Type"] == "video/mp4"
    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert uploads_under_way(owner) == 0
    read = sum(r.size for r in bucket.received if r.method == "GET")
    assert read == 0  # nothing was sent with a question


def test_each_part_is_signed_with_its_length_and_hash(uploader: Uploader, film: Item) -> None:
    asset = uploader.reserve([film])["id"]

    [upload] = uploader.sign_parts(asset, film, 2).get_json()["parts"]

    assert (upload["number"], upload["method"]) == (2, "PUT")
    assert set(upload["headers"]) == {"x-amz-checksum-sha256"}
    assert "X-Amz-Expires=3600" in upload["url"]
    right = film.part(2)
    assert send(upload, right[:-1]).status_code == 403
    assert send(upload, right[:-1] + b"\1").status_code == 400
    assert send({**upload, "headers": {}}, right).status_code == 403
    assert send(upload, right).status_code == 200


def test_an_upload_goes_on_where_it_broke_off(
    app: Flask, uploader: Uploader, film: Item, bucket: BucketServer, owner: S3Client
) -> None:
    first = uploader.reserve([film])
    uploader.send_parts(first["id"], film, 2)

    second = uploader.reserve([film])

    assert second["id"] == first["id"]
    [arrived] = second["uploads"][0]["arrived"]
    with app.app_context():
        signed = session.scalar(select(Signature.sha256).where(Signature.part == 2))
    assert arrived == {"number": 2, "size": LARGE - 33_554_432, "sha256": signed}
    assert uploads_under_way(owner) == 1
    missing = uploader.complete(first["id"])
    assert missing.status_code == 409
    assert "1 of 2 parts" in missing.get_json()["error"]
    uploader.send_parts(first["id"], film, 1)
    assert uploader.complete(first["id"]).status_code == 200
    assert part_requests(bucket) == 2


def test_an_upload_that_the_bucket_forgot_begins_anew(
    app: Flask, uploader: Uploader, film: Item, owner: S3Client
) -> None:
    asset = uploader.reserve([film])["id"]
    uploader.send_parts(asset, film, 1)
    [upload] = owner.list_multipart_uploads(Bucket="blog-media")["Uploads"]
    owner.abort_multipart_upload(
        Bucket="blog-media", Key=upload["Key"], UploadId=upload["UploadId"]
    )

    assert "has ended" in uploader.complete(asset).get_json()["error"]
    assert uploader.reserve([film])["uploads"][0]["arrived"] == []
    uploader.upload_all([film])


def test_an_upload_that_was_put_together_before_a_crash_is_only_confirmed(
    uploader: Uploader, film: Item, owner: S3Client
) -> None:
    asset = uploader.reserve([film])["id"]
    uploader.send_parts(asset, film, 1, 2)
    [upload] = owner.list_multipart_uploads(Bucket="blog-media")["Uploads"]
    named: dict[str, Any] = {k: upload[k] for k in ("Key", "UploadId")}
    listed = owner.list_parts(Bucket="blog-media", **named)["Parts"]
    parts: Any = [{k: part.get(k) for k in ("PartNumber", "ETag")} for part in listed]
    owner.complete_multipart_upload(Bucket="blog-media", **named, MultipartUpload={"Parts": parts})

    assert uploader.reserve([film])["uploads"][0]["method"] is None
    assert uploader.complete(asset).status_code == 200


def test_parts_of_other_bytes_than_were_signed_last_are_refused(
    uploader: Uploader, film: Item, owner: S3Client
) -> None:
    asset = uploader.reserve([film])["id"]
    uploader.send_parts(asset, film, 1, 2)
    [upload] = owner.list_multipart_uploads(Bucket="blog-media")["Uploads"]
    other = owner.upload_part(
        Bucket="blog-media",
        Key=upload["Key"],
        UploadId=upload["UploadId"],
        PartNumber=2,
        Body=b"x" * len(film.part(2)),
        ChecksumAlgorithm="SHA256",
    )
    assert other["ETag"]

    answer = uploader.complete(asset)

    assert answer.status_code == 409
    assert answer.get_json() == {
        "role": "main",
        "error": "Part 2 arrived with other bytes. Send it again.",
    }
    uploader.send_parts(asset, film, 2)
    assert uploader.complete(asset).status_code == 200


def test_a_part_of_another_length_is_refused(
    uploader: Uploader, film: Item, owner: S3Client
) -> None:
    asset = uploader.reserve([film])["id"]
    uploader.send_parts(asset, film, 1)
    [upload] = owner.list_multipart_uploads(Bucket="blog-media")["Uploads"]
    owner.upload_part(
        Bucket="blog-media",
        Key=upload["Key"],
        UploadId=upload["UploadId"],
        PartNumber=2,
        Body=b"short",
    )

    assert "Part 2 arrived with 5 bytes" in uploader.complete(asset).get_json()["error"]


def test_what_is_put_together_and_is_no_video_is_not_kept(
    uploader: Uploader, owner: S3Client
) -> None:
    page = Item("main", b"<!doctype html>".ljust(LARGE), "video/mp4")
    asset = uploader.reserve([page])["id"]
    uploader.send_parts(asset, page, 1, 2)

    answer = uploader.complete(asset)

    assert answer.status_code == 409
    assert "an HTML page" in answer.get_json()["error"]
    assert owner.list_objects_v2(Bucket="blog-media")["KeyCount"] == 0
    assert uploader.reserve([page])["uploads"][0]["arrived"] == []


def test_two_tabs_share_one_upload(uploader: Uploader, film: Item, owner: S3Client) -> None:
    with ThreadPoolExecutor(4) as tabs:
        reserved = list(tabs.map(uploader.reserve, [[film]] * 4))

    assert len({one["id"] for one in reserved}) == 1
    assert uploads_under_way(owner) == 1
    uploader.send_parts(reserved[0]["id"], film, 1, 2)
    with ThreadPoolExecutor(3) as tabs:
        answers = list(tabs.map(uploader.complete, [reserved[0]["id"]] * 3))
    assert [answer.status_code for answer in answers] == [200] * 3
