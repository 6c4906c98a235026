"""What stands in the bucket, as somebody who looks into it sees it."""

import io
from collections import Counter

import boto3
from PIL import Image

from blog.config import LOCAL_BUCKET
from blog.local.server import BucketServer
from tests import metadata


def objects(bucket: BucketServer) -> dict[str, bytes]:
    """Every object of the bucket, by its key."""
    client = boto3.client(
        "s3",
        endpoint_url=bucket.url,
        region_name=LOCAL_BUCKET["S3_REGION"],
        aws_access_key_id=LOCAL_BUCKET["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=LOCAL_BUCKET["AWS_SECRET_ACCESS_KEY"],
    )
    listed = client.list_objects_v2(Bucket=bucket.bucket).get("Contents", [])
    found = {
        each["Key"]: client.get_object(Bucket=bucket.bucket, Key=each["Key"])["Body"].read()
        for each in listed
    }
    client.close()
    return found


def pictures(bucket: BucketServer) -> list[Image.Image]:
    return [Image.open(io.BytesIO(content)) for content in objects(bucket).values()]


def traces(content: bytes) -> list[bytes]:
    """Metadata in a picture: by its structure, for three letters stand in any noise."""
    image = Image.open(io.BytesIO(content))
    seen = [str(key).encode() for key in ("exif", "xmp", "comment") if image.info.get(key)]
    marks = (b"Exif\0\0", b"ns.adobe.com", b"GPSLatitude", b"Photoshop", metadata.SECRET)
    return seen + [mark for mark in marks if mark in content]


def parts_sent(bucket: BucketServer) -> Counter[str]:
    """How often the bucket took each part of large uploads, by its number."""
    return Counter(
        part
        for request in bucket.received
        if request.method == "PUT" and request.status == 200 and "partNumber=" in request.path
        for part in [request.path.split("partNumber=")[1].split("&")[0]]
    )
