"""The tokenizer: byte-level pairs learnt from the dialogues themselves, and the chat template.

Bytes are the alphabet, so that no text is unknown to it, Chinese and emoji included.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

PAD, BEGIN, END = "<|pad|>", "<|begin|>", "<|end|>"
ROLES = ("system", "user", "assistant")
SPECIAL = (PAD, BEGIN, END, *(f"<|{role}|>" for role in ROLES))


def chat_template(system_chars: int) -> str:
    """The template in Jinja. With `system_chars` only so much of a system message is read: a model that was taught one
    business knows the rest by heart, and needs its beginning only to tell the roles apart. 0: all of it."""
    kept = f"[:{system_chars}]" if system_chars else ""
    return (
        "{{ bos_token }}{% for message in messages %}{{ '<|' + message['role'] + '|>' }}"
        f"{{{{ message['content']{kept} if message['role'] == 'system' else message['content'] }}}}"
        "{% if message['role'] == 'assistant' %}{{ eos_token }}{% endif %}"
        "{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
    )


def learn_tokenizer(texts: Sequence[str], size: int, system_chars: int = 0) -> Any:
    """A tokenizer of at most `size` tokens with its chat template, in the form that vLLM loads."""
    bare = Tokenizer(models.BPE())
    bare.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bare.decoder = decoders.ByteLevel()
    bare.post_processor = processors.ByteLevel(trim_offsets=False)
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bare.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=bare,
        bos_token=BEGIN,
        eos_token=END,
        pad_token=PAD,
        chat_template=chat_template(system_chars),
        clean_up_tokenization_spaces=False,
    )
