"""What anybody may do without a signature: nothing but read what is published."""

from blog.bucket.check.reaching import bucket
from blog.bucket.check.target import CONTENT_TYPE, Target, attack, form
from blog.bucket.check.uploads import accepted
from blog.checks import Finding, failed, passed

SETUP = (
    "Run “flask bucket setup”, and take statements for everybody (Principal *) out of the bucket's "
    "policy that are not SignpostPublicRead"
)


@attack("strangers: listing", expected="refused", needs=(bucket,))
def listing(target: Target) -> Finding:
    for query in ({"list-type": "2"}, {"list-type": "2", "prefix": "media/"}, {"uploads": ""}):
        answer = target.ask("GET", query={**query, "max-keys": "1"})
        if answer.is_success:
            return failed(
                answer.words,
                cause="Anybody may list what is in the bucket, also what nobody published.",
                fix=f"{SETUP}: s3:ListBucket is the app's alone.",
            )
    return passed(answer.words)


@attack("strangers: writing", expected="refused", needs=(bucket,))
def writing(target: Target) -> Finding:
    for prefix in ("pending/", "media/"):
        key = target.new_key(prefix)
        headers = {"Content-Type": CONTENT_TYPE}
        answer = target.ask("PUT", key, headers=headers, body=target.content)
        if not answer.is_success:
            body, headers["Content-Type"] = form({"key": key}, target.content)
            url = target.settings.bucket_url
            answer = target.write("POST", url, headers, body, key=key)
        if answer.is_success:
            return failed(
                f"{answer.words} for {prefix}",
                cause=f"Anybody may store anything under {prefix}, at your expense.",
                fix=f"{SETUP}: s3:PutObject is the app's alone.",
            )
    return passed(answer.words)


@attack("strangers: deleting", expected="refused", needs=(bucket,))
def deleting(target: Target) -> Finding:
    for prefix in ("pending/", "media/"):
        # Of a key that was never used: S3 says whether it would.
        answer = target.ask("DELETE", target.new_key(prefix))
        if answer.is_success:
            return failed(
                f"{answer.words} for {prefix}",
                cause=f"Anybody may delete what is under {prefix}.",
                fix=f"{SETUP}: s3:DeleteObject is the app's alone.",
            )
    return passed(answer.words)


@attack("strangers: reading outside media/", expected="refused", needs=(accepted,))
def reading(target: Target) -> Finding:
    answer = target.ask("GET", target.pending_key)
    if answer.is_success:
        return failed(
            answer.words,
            cause="Anybody may read what lies under pending/, before it was checked or published.",
            fix=f"{SETUP}: everybody may have s3:GetObject on media/* only, not on *.",
        )
    return passed(answer.words)
