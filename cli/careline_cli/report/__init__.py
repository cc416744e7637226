"""An HTML report of a demo or an evaluation: one file, no script, no address of anybody else."""

from .page import Section, write_report

__all__ = ["Section", "write_report"]
