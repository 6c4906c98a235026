"""The embedded development bucket: an S3 on localhost that refuses what S3 refuses.

moto answers the S3 operations; the modules around it decide who may do what, and keep the
objects on disk. For `make run` and the tests only: nothing outside this package imports it.
"""

ACCESS_KEY_ID = "LOCALBUCKETKEY"
SECRET_ACCESS_KEY = "local-bucket-secret"  # noqa: S105 (it opens nothing but a bucket on localhost)
REGION = "us-east-1"
BUCKET = "blog-media"
PORT = 9000
