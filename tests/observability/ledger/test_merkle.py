"""The tree is RFC 6962's: roots and proofs as the RFC's own definitions give them, for every size up to 70."""

from hashlib import sha256

import pytest

from emads_voice.observability.ledger.merkle import (
    EMPTY_ROOT,
    GrowingTree,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    leaf_hash,
    root_from_inclusion,
    root_of,
)

# RFC 6962's test data, as Certificate Transparency's own programs have it.
INPUTS = [
    bytes.fromhex(data)
    for data in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(bytes([n])) for n in range(70)]


def defined(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + defined(leaves[:k]) + defined(leaves[k:])).digest()


def test_roots_are_those_of_the_known_test_data() -> None:
    leaves = [leaf_hash(data) for data in INPUTS]
    assert [root_of(leaves[:size]).hex() for size in range(1, 9)] == ROOTS
    assert GrowingTree().root() == EMPTY_ROOT


def test_a_tree_goes_on_from_its_subtrees() -> None:
    tree = GrowingTree()
    for size, leaf in enumerate(LEAVES):
        tree = GrowingTree(size, tree.subtrees)
        tree.add(leaf)
        assert tree.root() == defined(LEAVES[: size + 1])


def test_subtrees_of_another_size_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        GrowingTree(3, bytes(32))


def test_every_inclusion_proof_leads_to_the_root_and_no_other_leaf_does() -> None:
    for size in range(1, 71):
        leaves = LEAVES[:size]
        root = defined(leaves)
        for index in range(size):
            proof = inclusion_proof(leaves, index)
            assert root_from_inclusion(leaves[index], index, size, proof) == root
            assert root_from_inclusion(b"x" * 32, index, size, proof) != root
            with pytest.raises(ValueError, match="too long"):
                root_from_inclusion(leaves[index], index, size, [*proof, root])
            if proof:
                with pytest.raises(ValueError, match="too short"):
                    root_from_inclusion(leaves[index], index, size, proof[:-1])


def test_every_consistency_proof_holds_and_none_for_another_tree() -> None:
    for new in range(1, 41):
        for old in range(1, new + 1):
            proof = consistency_proof(LEAVES[:new], old)
            old_root, new_root = defined(LEAVES[:old]), defined(LEAVES[:new])
            assert is_consistent(old, old_root, new, new_root, proof)
            assert not is_consistent(old, b"x" * 32, new, new_root, proof)
            assert not is_consistent(old, old_root, new, b"x" * 32, proof)
            assert not is_consistent(old, old_root, new, new_root, [*proof, new_root])
            if proof:
                assert not is_consistent(old, old_root, new, new_root, proof[:-1])
    assert not is_consistent(0, EMPTY_ROOT, 1, LEAVES[0], [])
