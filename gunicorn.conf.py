"""How gunicorn serves the blog; every value by Heroku's rules for HTTP and for stopping.

https://devcenter.heroku.com/articles/http-routing and .../dynos#shutdown
"""

from pathlib import Path
from typing import Any

from gunicorn import glogging
from gunicorn.workers.gthread import ThreadWorker

from blog.config import THREADS_PER_WORKER, Settings
from blog.logs import FORMATTERS

# Here, and not first in a worker: bad settings end the start with one message.
_settings = Settings.from_environment()

threads = THREADS_PER_WORKER
timeout = 20
graceful_timeout = 16  # all has ended in 20 seconds; Heroku's SIGKILL comes 30 after SIGTERM
keepalive = 95  # the router keeps its connections open for 90 seconds
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
control_socket_disable = True  # it would be made in HOME

# Which proxies are believed is the blog's to know (TRUSTED_PROXIES): Heroku's buildpack allows
# every client to be one (FORWARDED_ALLOW_IPS=*), whose headers would set scheme and SCRIPT_NAME.
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn is untyped
    """Refuses new connections as soon as it is told to stop, so that who asks can ask elsewhere.

    gunicorn's own keeps the port open until its last request is answered, and so lets clients
    wait for an answer that never comes.
    """

    is_listening = True

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if not enabled and not self.alive and self.is_listening:
            self.is_listening = False
            for listener in self.sockets:
                self._accept_who_waits(listener)
                listener.close()

    def _accept_who_waits(self, listener: Any) -> None:
        """Who is connected already is answered: closing the port would break the connection."""
        before = -1
        while self.nr_conns != before:
            before = self.nr_conns
            self.accept(listener)


worker_class = Worker


class Logger(glogging.Logger):  # type: ignore[misc]
    """gunicorn's own messages in the format of the blog's, which logs the requests itself.

    Heroku's buildpack asks for an access log (GUNICORN_CMD_ARGS), which would tell each request
    twice, and one-time links with it.
    """

    access_log_enabled = False

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(FORMATTERS[_settings.log_format or "text"]())


if _settings.log_format:
    logger_class = Logger
