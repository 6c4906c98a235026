"""The embedded development bucket: an S3 on localhost that refuses what S3 refuses.

moto answers the S3 operations; the modules around it decide who may do what, and keep the
objects on disk. For `make run` and the tests only: nothing outside this package imports it.
"""

from blog.environment import LOCAL_BUCKET

ACCESS_KEY_ID = LOCAL_BUCKET["AWS_ACCESS_KEY_ID"]
SECRET_ACCESS_KEY = LOCAL_BUCKET["AWS_SECRET_ACCESS_KEY"]
REGION = LOCAL_BUCKET["S3_REGION"]
BUCKET = LOCAL_BUCKET["S3_BUCKET"]
PORT = 9000
