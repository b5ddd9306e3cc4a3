"""Qwen3-ASR inside this process, by transformers or by vLLM, and the aligner that times its words."""
