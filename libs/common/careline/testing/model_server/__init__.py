"""A scripted stand-in for a model server: the OpenAI chat API over real HTTP, with rules instead of weights.

    with serving(Script(rules=(Rule(user="refund", answer='{"route": "guide"}'),))) as server:
        server.url                      # http://127.0.0.1:<port>/v1
        server.seen                     # the requests that came
        server.counters.peak_running    # how many ran at once

Without a rule that matches, it answers with the smallest instance of the schema it was asked for. A script can be a
YAML file: `python -m careline.testing.model_server --port 8000 --script rules.yaml`. It is for tests and benchmarks,
knows no language, and is never part of a deployment.
"""

from .rules import Fault, Hostility, Rule, Script
from .running import Served, serving

__all__ = ["Fault", "Hostility", "Rule", "Script", "Served", "serving"]
