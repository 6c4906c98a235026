"""The object store: keys, sizes and uploads in our words; the only package that knows boto3."""

from typing import cast

from flask import Flask, current_app
from werkzeug.local import LocalProxy

from blog.config import Settings
from blog.storage.client import ObjectMissing as ObjectMissing
from blog.storage.client import StorageError as StorageError
from blog.storage.multipart import Multipart
from blog.storage.multipart import StoredPart as StoredPart
from blog.storage.objects import Objects
from blog.storage.objects import StoredObject as StoredObject
from blog.storage.signing import PART_LIFETIME as PART_LIFETIME
from blog.storage.signing import UPLOAD_LIFETIME as UPLOAD_LIFETIME
from blog.storage.signing import SignedUpload as SignedUpload
from blog.storage.signing import Signing


class ObjectStore(Signing, Objects, Multipart):
    """One bucket: what it signs, what it keeps, and the uploads in parts that it knows."""


def init_app(app: Flask, settings: Settings) -> None:
    app.extensions["store"] = ObjectStore(settings)


# The bucket of this application.
store = cast("ObjectStore", LocalProxy(lambda: current_app.extensions["store"]))
