"""The Merkle tree of RFC 6962, section 2: one hash for a whole log, and short proofs of what is in it.

Hashes are 32 bytes of SHA-256. What hashes a leaf begins with a byte 0, what hashes two subtrees with a byte 1, so that
neither can be taken for the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

EMPTY_ROOT = sha256().digest()
"""Of a tree without leaves."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry of a log."""
    return sha256(b"\0" + data).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


class GrowingTree:
    """A tree that leaves are added to; keeps one hash for each complete subtree, largest first."""

    def __init__(self, size: int = 0, subtrees: bytes = b"") -> None:
        """
        Args:
            size: how many leaves it has already.
            subtrees: what :attr:`subtrees` was then.

        Raises:
            ValueError: the two do not belong together.
        """
        if len(subtrees) != 32 * size.bit_count():
            raise ValueError("a tree's subtrees do not fit its size")
        self.size = size
        self._subtrees = [subtrees[i : i + 32] for i in range(0, len(subtrees), 32)]

    @property
    def subtrees(self) -> bytes:
        """The hashes it goes on from, one after the other."""
        return b"".join(self._subtrees)

    def add(self, leaf: bytes) -> None:
        """Add the hash of a leaf."""
        size, subtrees = self.size, self._subtrees
        while size & 1:
            leaf = sha256(b"\1" + subtrees.pop() + leaf).digest()
            size >>= 1
        subtrees.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The hash of all leaves so far."""
        if not self._subtrees:
            return EMPTY_ROOT
        *rest, root = self._subtrees
        for left in reversed(rest):
            root = _node(left, root)
        return root


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root of a tree with these hashes of leaves."""
    tree = GrowingTree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def _split(size: int) -> int:
    """The largest power of two smaller than a size of 2 or more: how many leaves the left subtree has."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from a leaf to the root, the leaf's sibling first.

    Args:
        leaves: the hashes of all leaves.
        index: of the leaf, from 0.

    Raises:
        ValueError: there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise ValueError("there is no such leaf")
    proof: list[bytes] = []
    begin, end = 0, len(leaves)
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            proof.append(root_of(leaves[middle:end]))
            end = middle
        else:
            proof.append(root_of(leaves[begin:middle]))
            begin = middle
    return proof[::-1]


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root of a tree in which a proof shows a leaf to be.

    Raises:
        ValueError: it is no proof for that place in a tree of that size.
    """
    if not 0 <= index < size:
        raise ValueError("there is no such leaf")
    place, last, root = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ValueError("the proof is too long")
        if place & 1 or place == last:
            root = _node(sibling, root)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            root = _node(root, sibling)
        place >>= 1
        last >>= 1
    if last:
        raise ValueError("the proof is too short")
    return root


def consistency_proof(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """The hashes that show a tree to begin with the leaves that it had when it was smaller.

    Args:
        leaves: the hashes of all leaves.
        old: how many there were.

    Raises:
        ValueError: there were none, or more.
    """
    if not 0 < old <= len(leaves):
        raise ValueError("there was no such tree")
    proof: list[bytes] = []
    begin, end, whole = 0, len(leaves), True
    while old != end - begin:
        middle = _split(end - begin)
        if old <= middle:
            proof.append(root_of(leaves[begin + middle : end]))
            end = begin + middle
        else:
            proof.append(root_of(leaves[begin : begin + middle]))
            begin, old, whole = begin + middle, old - middle, False
    if not whole:
        proof.append(root_of(leaves[begin:end]))
    return proof[::-1]


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that a tree of ``new`` leaves begins with all leaves of one of ``old``."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    hashes = list(proof)
    if old & (old - 1) == 0:  # the old tree is a whole subtree of the new one, and its root known
        hashes.insert(0, old_root)
    if not hashes:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place >>= 1
        last >>= 1
    before = after = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = _node(sibling, before), _node(sibling, after)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            after = _node(after, sibling)
        place >>= 1
        last >>= 1
    return last == 0 and before == old_root and after == new_root
