"""Messages that need care before anything else: abuse, self-harm, fraud, injection. Told by words in their context,
English and Chinese, microseconds. Pure.

watch = Watch(Wordlist(), {})                  # a pack's own words and exceptions go in here
watch.alarm("I want to kill myself")           # Alarm(Danger.SELF_HARM, 10, 21)
watch.alarm("this lamp is killing it")         # None
"""

from .alarms import Alarm, Watch, Wordlist
from .rules import Danger

__all__ = ["Alarm", "Danger", "Watch", "Wordlist"]
