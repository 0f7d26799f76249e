"""The whole chain behind a row, both ways: from the order to the payment, from the payment to the order."""

from app.desk.trace.chain import Chain, Row, chain_of
from app.desk.trace.finding import Hit, find
from app.desk.trace.nodes import KINDS, Node, node_for
from app.desk.trace.telling import story_of_chains

__all__ = ["KINDS", "Chain", "Hit", "Node", "Row", "chain_of", "find", "node_for", "story_of_chains"]
