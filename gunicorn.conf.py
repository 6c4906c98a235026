"""How gunicorn serves the blog; every value by Heroku's rules for HTTP and for stopping.

https://devcenter.heroku.com/articles/http-routing and .../dynos#shutdown
"""

from pathlib import Path

from blog.config import THREADS_PER_WORKER, Settings

# Here, and not first in a worker: bad settings end the start with one message.
Settings.from_environment()

worker_class = "gthread"
threads = THREADS_PER_WORKER
timeout = 20
graceful_timeout = 20  # SIGKILL comes 30 seconds after SIGTERM
keepalive = 95  # the router keeps its connections open for 90 seconds
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
control_socket_disable = True  # it would be made in HOME
forwarder_headers = ""  # a client's SCRIPT_NAME is never believed
