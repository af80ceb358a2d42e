"""The real settings, for a desk in processes of its own, less what takes time and shows nothing."""

from config.settings import *  # noqa: F403 - everything else is as it really is
from config.settings import WHITENOISE_SKIP_COMPRESS_EXTENSIONS as NEVER_COMPRESSED

# Names are hashed as in operation; compressing the files would take longer than a journey.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*NEVER_COMPRESSED, "css", "html", "js", "json", "svg", "txt", "md")
# A real hash is slow on purpose.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
