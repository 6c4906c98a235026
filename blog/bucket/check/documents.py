"""Who could change the bucket's settings: a stranger, or the app's key. Tried so that nothing is
lost."""

import base64
import hashlib
from functools import partial

from blog.bucket.check.http import Answer
from blog.bucket.check.judgement import Attempt, cannot_be_told, refused
from blog.bucket.check.reaching import bucket
from blog.bucket.check.rights import LESS, not_of_the_embedded_owner
from blog.bucket.check.target import Target, attack
from blog.bucket.check.words import SETUP, without_foreign
from blog.checks import Finding, Stop, failed, passed, skipped

# Settings that open or empty a bucket, each with a document that no store can accept: who gets as
# far as that, instead of a 403, may change them.
SETTINGS = {
    "policy": b"{",
    "cors": b"<SignpostCheck>",
    "lifecycle": b"<SignpostCheck>",
    "publicAccessBlock": b"<SignpostCheck>",
    "ownershipControls": b"<SignpostCheck>",
    "acl": b"<SignpostCheck>",
}
REFUSALS = (401, 403, 405, 501)
# To who has the right, where there are no access lists: nothing of them can be changed.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
NO_LISTS = "AccessControlListNotSupported"


@attack("key: the bucket's settings", expected="what is tried is refused", needs=(bucket,))
def settings(target: Target) -> Finding:
    not_of_the_embedded_owner(target)
    # Another store may take anything for the access list that closes a bucket, and may not take the
    # one back that it told before.
    tried = [name for name in SETTINGS if name != "acl" or _is_strict(target)]
    found = {name: _may_change(target, name) for name in tried}
    may = [name for name, answer in found.items() if answer]
    if may:
        return failed(
            f"{', '.join(may)} can be changed",
            cause="Who has the app's key could open the bucket to everybody, or empty it.",
            fix=f"{LESS}: what “flask bucket setup” does needs other credentials "
            "(S3_SETUP_ACCESS_KEY_ID).",
        )
    untold = [name for name, answer in found.items() if answer is None]
    if untold:
        return skipped(f"the store does not tell safely: {', '.join(untold)}")
    return passed(f"refused: {', '.join(tried)}")


def _is_strict(target: Target) -> bool:
    """Whether it takes no document that is none, and judges rights before it looks at one."""
    return target.is_aws or target.is_embedded


@attack("strangers: changing settings", expected="what is tried is refused", needs=(bucket,))
def strangers_settings(target: Target) -> Finding:
    if not _is_strict(target):
        return skipped("the store does not tell safely")
    answers = ((name, _put(target, name, SETTINGS[name], is_signed=False)) for name in SETTINGS)
    return refused(
        Attempt(
            answer,
            cause=f"Anybody may change the bucket's {name}, and so open it or empty it.",
            fix="Take the statements for everybody (Principal *) that allow it out of the bucket's "
            f"policy. {without_foreign('policy', target.settings)}.",
            what=f"for {name}",
            is_through=answer.is_success or _is_looked_at(answer),
        )
        for name, answer in answers
    )


def _is_looked_at(answer: Answer) -> bool:
    """Whether it is the document that was refused, and not who sent it."""
    return answer.status == 400 and answer.code.startswith("Malformed")


def _may_change(target: Target, name: str) -> bool | None:
    """Tries to; None where the store does not tell, or what is there could not be put back."""
    before = target.ask("GET", query={name: ""}, is_signed=True)
    if before.is_success or _is_unset(before):
        target.undos[name] = partial(_put_back, target, name, before)
    elif not _is_strict(target):
        return None
    answer = _put(target, name, SETTINGS[name])
    if answer.is_refusal:
        target.undos.pop(name, None)
        return _judge(target, name, answer)
    # Taken, or taken perhaps, by one that had a fault afterwards. Of a strict store it may be
    # unknown what was there, and a fault of its own has then come before it judged the document.
    if name in target.undos:
        left = target.undo(name)
    else:
        left = "What was there is not known." if answer.is_success else ""
    if left:
        raise Stop(
            failed(
                f"{name} was changed",
                cause=f"The store took a document that is none as the bucket's {name}. {left}",
                fix=f"{SETUP}, now: it sets that right.",
            )
        )
    if not answer.is_success:
        raise Stop(cannot_be_told(answer))
    return True


def _judge(target: Target, name: str, answer: Answer) -> bool | None:
    if answer.status in REFUSALS or answer.code == NO_LISTS:
        return False
    if answer.status != 400:
        return None
    if _is_strict(target) and _is_looked_at(answer):
        # What anybody may do is no fault of the key's, and was found before.
        return not _is_looked_at(_put(target, name, SETTINGS[name], is_signed=False))
    # A stranger has no right at all: who tells even him what is wrong judges rights later.
    stranger = _put(target, name, SETTINGS[name], is_signed=False)
    return True if stranger.status in (401, 403) else None


def _is_unset(answer: Answer) -> bool:
    is_named = answer.code.startswith("NoSuch") or answer.code == "OwnershipControlsNotFoundError"
    return answer.status == 404 and is_named


def _put_back(target: Target, name: str, before: Answer) -> str:
    """Nothing where all is as before; else a sentence with what was there. Raises Stop."""
    current = target.ask("GET", query={name: ""}, is_signed=True)
    if before.is_success:
        if current.is_success and current.body == before.body:
            return ""
        answer = _put(target, name, before.body)
    else:
        if _is_unset(current):
            return ""
        answer = target.ask("DELETE", query={name: ""}, is_signed=True)
    if answer.is_success or answer.code == NO_LISTS:
        return ""
    was = before.body.decode(errors="replace") if before.is_success else "nothing"
    return f"What was there could not be put back ({answer.words}); it was: {was}"


def _put(target: Target, name: str, document: bytes, *, is_signed: bool = True) -> Answer:
    # Some of these requests need a digest of their body, which S3 may look at before the rights.
    digest = hashlib.md5(document, usedforsecurity=False).digest()
    headers = {"Content-MD5": base64.b64encode(digest).decode()}
    query = {name: ""}
    return target.ask("PUT", query=query, headers=headers, body=document, is_signed=is_signed)
