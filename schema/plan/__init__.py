"""Execution: plans for queries, and field by field for what no plan holds."""

from schema.plan.execution import Executor, Outcome, Way

__all__ = ["Executor", "Outcome", "Way"]
