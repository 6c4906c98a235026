"""What the bucket acknowledged is there again, after Ctrl-C and after kill -9."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from blog.local import BUCKET
from blog.local.disk import DirectoryInUse
from blog.local.server import BucketServer
from tests.local.sending import PNG, authorize, code_of, serving


def test_two_servers_never_share_a_directory(tmp_path: Path) -> None:
    with BucketServer(tmp_path), pytest.raises(DirectoryInUse), BucketServer(tmp_path):
        pass


def test_the_configuration_comes_back_and_is_left_alone(tmp_path: Path) -> None:
    rule = {"AllowedOrigins": ["http://one.example"], "AllowedMethods": ["GET"]}
    with serving(tmp_path) as owner:
        owner.put_bucket_cors(Bucket=BUCKET, CORSConfiguration={"CORSRules": [rule]})
        owner.delete_public_access_block(Bucket=BUCKET)
        owner.delete_bucket_lifecycle(Bucket=BUCKET)
        policy = owner.get_bucket_policy(Bucket=BUCKET)["Policy"]
        owner.create_bucket(Bucket="another")
        owner.create_bucket(Bucket="gone")
        owner.delete_bucket(Bucket="gone")

    with serving(tmp_path) as owner:
        assert owner.get_bucket_cors(Bucket=BUCKET)["CORSRules"] == [rule]
        assert owner.get_bucket_policy(Bucket=BUCKET)["Policy"] == policy
        names = [found["Name"] for found in owner.list_buckets()["Buckets"]]
        assert names == ["another", BUCKET]
        for call in (owner.get_public_access_block, owner.get_bucket_lifecycle_configuration):
            with pytest.raises(owner.exceptions.ClientError, match="NoSuch"):
                call(Bucket=BUCKET)
        controls = owner.get_bucket_ownership_controls(Bucket=BUCKET)["OwnershipControls"]
        assert controls["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]


def test_an_upload_in_parts_goes_on_after_a_restart(tmp_path: Path) -> None:
    key = {"Bucket": BUCKET, "Key": "media/film"}
    first = b"a" * 5 * 1024**2
    with serving(tmp_path) as owner:
        upload = {
            **key,
            "UploadId": owner.create_multipart_upload(
                **key, ContentType="video/mp4", ChecksumAlgorithm="SHA256"
            )["UploadId"],
        }
        one = owner.upload_part(**upload, PartNumber=1, Body=first, ChecksumAlgorithm="SHA256")

    with serving(tmp_path) as owner:
        two = owner.upload_part(**upload, PartNumber=2, Body=b"b", ChecksumAlgorithm="SHA256")
        parts = [
            {"PartNumber": number, "ETag": part["ETag"], "ChecksumSHA256": part["ChecksumSHA256"]}
            for number, part in ((1, one), (2, two))
        ]
        owner.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})

    with serving(tmp_path) as owner:
        kept = owner.get_object(**key)
        assert kept["Body"].read() == first + b"b"
        assert kept["ContentType"] == "video/mp4"
        assert "Uploads" not in owner.list_multipart_uploads(Bucket=BUCKET)


def test_what_was_deleted_stays_away_and_leaves_no_bytes(tmp_path: Path) -> None:
    with serving(tmp_path) as owner:
        owner.put_object(Bucket=BUCKET, Key="a", Body=PNG, Tagging="state=pending")
        owner.put_object(Bucket=BUCKET, Key="b", Body=PNG)
        owner.put_object(Bucket=BUCKET, Key="b", Body=b"again")
        owner.delete_object(Bucket=BUCKET, Key="b")

    with serving(tmp_path) as owner:
        listed = owner.list_objects_v2(Bucket=BUCKET)["Contents"]
        assert [found["Key"] for found in listed] == ["a"]
        tags = owner.get_object_tagging(Bucket=BUCKET, Key="a")["TagSet"]
        assert tags == [{"Key": "state", "Value": "pending"}]
    assert len(list((tmp_path / "files").iterdir())) == 1


def test_a_torn_write_is_never_served(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(tmp_path) as owner:
        owner.put_object(Bucket=BUCKET, Key="media/a", Body=PNG)
    [file] = (tmp_path / "files").iterdir()
    file.write_bytes(PNG[:10])
    (tmp_path / "files" / "unnamed").write_bytes(b"half an upload")
    (tmp_path / "buckets" / BUCKET / "objects" / "x.part").write_text("{half a docum")

    with serving(tmp_path) as owner:
        assert owner.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0
    assert "media/a" in capsys.readouterr().err
    assert not (tmp_path / "files" / "unnamed").exists()


@pytest.mark.parametrize("key", ["../../x", "/etc/x", "a/../../../x", "..", "a\n\t\0b", "x" * 1024])
def test_a_key_never_becomes_a_path(tmp_path: Path, key: str) -> None:
    directory = tmp_path / "deep" / "bucket"
    with serving(directory) as owner:
        owner.put_object(Bucket=BUCKET, Key=key, Body=PNG)

    with serving(directory) as owner:
        assert owner.get_object(Bucket=BUCKET, Key=key)["Body"].read() == PNG
    assert [path.name for path in tmp_path.iterdir()] == ["deep"]
    assert sorted(path.name for path in directory.iterdir()) == ["buckets", "files", "lock"]


@pytest.mark.parametrize("name", ["..", "a..b", "Upper", "a", "x" * 64])
def test_a_bucket_name_never_becomes_a_path(tmp_path: Path, name: str) -> None:
    with BucketServer(tmp_path) as server:
        url = f"{server.url}/{name}"
        headers = authorize("PUT", url, {"x-amz-content-sha256": hashlib.sha256(b"").hexdigest()})
        request = requests.Request("PUT", url, headers=headers).prepare()
        request.url = url  # requests would resolve the dots
        with requests.Session() as session:
            answer = session.send(request, timeout=5)

    assert code_of(answer) == "400 InvalidBucketName"


def test_what_is_pending_for_more_than_a_day_is_gone_at_start(tmp_path: Path) -> None:
    with serving(tmp_path) as owner:
        for key in ("pending/old", "pending/new", "media/old"):
            owner.put_object(Bucket=BUCKET, Key=key, Body=PNG)
        upload = owner.create_multipart_upload(Bucket=BUCKET, Key="media/film")["UploadId"]
        owner.upload_part(Bucket=BUCKET, Key="media/film", UploadId=upload, PartNumber=1, Body=PNG)
    long_ago = (datetime.now(UTC) - timedelta(days=2)).replace(tzinfo=None).isoformat()
    for path in (tmp_path / "buckets" / BUCKET).glob("*/*.json"):
        document = json.loads(path.read_text())
        if document.get("name") != "pending/new":
            moment = "initiated" if "initiated" in document else "last_modified"
            path.write_text(json.dumps({**document, moment: long_ago}))

    with serving(tmp_path) as owner:
        listed = owner.list_objects_v2(Bucket=BUCKET)["Contents"]
        assert [found["Key"] for found in listed] == ["media/old", "pending/new"]
        assert "Uploads" not in owner.list_multipart_uploads(Bucket=BUCKET)
    assert len(list((tmp_path / "files").iterdir())) == 2
