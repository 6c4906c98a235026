"""What can be wrong with a file that was announced."""

from blog.media.models import File


class UploadMismatch(Exception):
    """A file is missing or is not what was announced; the message is for the author."""

    def __init__(self, file: File, message: str) -> None:
        super().__init__(message)
        self.file = file
        self.role = file.role


class NotArrived(UploadMismatch):
    """Nothing is wrong with the file, but the bucket does not have all of it."""
