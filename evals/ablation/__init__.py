"""The system with a part left out, for `careline eval --pipeline` and `--levels`: what each part is worth.

Nothing here is installed or deployed, and nothing that is imports it. The processes run in a throw-away stack only: own
Kafka, Postgres and Redis in a folder with a mark that `throwaway.require` asks for, with keys of its own. An approval
signed here is worth nothing anywhere else. Why it is built so: docs/decisions/0005-ablations-in-a-throw-away-stack.md.

`up`          the supervisor of such a stack
`accepting`   in the verifier's place: accepts every draft, approves every operation
`deciding`    in the classifier's place: `nearest` example, or one `flat` choice of everything
"""
