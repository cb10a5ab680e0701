#!/usr/bin/env python3
"""What other engines do on this machine with the shapes that `tuneworthy bench` measures, and the ratios.

usage: peers.py MODEL.gguf [--ours BENCH.jsonl ...] [--threads N]

BENCH.jsonl is what `tuneworthy bench --json` printed in the same hour, once for each precision of interest; with it each
row shows ours against theirs.
Needs torch, transformers, peft, gguf and llama-cpp-python, in a virtual environment of its own; none of them is a
dependency of Tuneworthy. Tokens are made up: what they are does not matter to the time. Medians after a warm-up.
"""
import argparse
import json
import os
import statistics
import time

BATCH, RANK = 8, 8


def timed(work, repeats, warm_up=1):
    seconds = []
    for i in range(warm_up + repeats):
        start = time.perf_counter()
        work()
        if i >= warm_up:
            seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def torch_rows(gguf, threads):
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    folder, name = os.path.split(os.path.abspath(gguf))
    model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=name, dtype=torch.float32).eval()
    vocabulary = model.config.vocab_size

    def score(query, choices=15, shots=425):
        """One query after its prompt of examples: prefill, then every choice from a copy of the cache."""
        with torch.no_grad():
            prompt = torch.randint(0, vocabulary, (1, shots + query))
            cache = model(input_ids=prompt, use_cache=True).past_key_values
            cache.batch_repeat_interleave(choices)
            torch.log_softmax(model(torch.randint(0, vocabulary, (choices, 4)), past_key_values=cache).logits, -1)

    yield "few-shot scoring, 15 shots, 15 choices, 150 queries", 150 * timed(lambda: score(15), 8), "s", "transformers"

    targets = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    tuned = get_peft_model(
        model, LoraConfig(r=RANK, lora_alpha=2 * RANK, target_modules=targets, task_type="CAUSAL_LM")
    ).train()
    optimiser = torch.optim.AdamW([p for p in tuned.parameters() if p.requires_grad], lr=1e-4)

    def step(tokens):
        ids = torch.randint(0, vocabulary, (BATCH, tokens))
        labels = ids.clone()
        labels[:, :-5] = -100
        tuned(input_ids=ids, labels=labels).loss.backward()
        torch.nn.utils.clip_grad_norm_([p for p in tuned.parameters() if p.requires_grad], 1.0)
        optimiser.step()
        optimiser.zero_grad()

    seconds = timed(lambda: step(110), 4)
    yield "LoRA training, one task's prompt (95 + 15 tokens, batch 8, r=8)", BATCH / seconds, "examples/s", "PEFT"
    seconds = timed(lambda: step(96), 4)
    yield "LoRA training, nothing shared (0 + 96 tokens, batch 8, r=8)", BATCH / seconds, "examples/s", "PEFT"


def llama_rows(gguf, threads):
    import llama_cpp

    model = llama_cpp.Llama(gguf, n_ctx=1024, n_batch=512, n_threads=threads, n_threads_batch=threads, verbose=False)
    tokens = [(7 * i) % 40000 + 100 for i in range(512)]

    def prefill():
        model.reset()
        model.eval(tokens)

    yield "prefill, 512 tokens", 512 / timed(prefill, 5), "tokens/s", "llama.cpp, packed 4 bits"
    model.reset()
    model.eval(tokens[:16])

    def decode():
        for token in tokens[:64]:
            model.eval([token])

    yield "decode, 1 row, adapter active", 64 / timed(decode, 5), "tokens/s", "llama.cpp, packed 4 bits, no adapter"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gguf")
    parser.add_argument("--ours", nargs="*", default=[], help="outputs of `tuneworthy bench --json`")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    ours = {}
    for path in arguments.ours:
        with open(path, encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                ours.setdefault(row["what"], {})[row["precision"]] = row["value"]
    print(f"{'what':66} {'theirs':>8} {'ours':>8}  {'ratio':>6}  unit, peer; our precision")
    for rows in (llama_rows, torch_rows):
        for what, value, unit, peer in rows(arguments.gguf, arguments.threads):
            for precision, mine in ours.get(what, {"": None}).items():
                ratio = "" if mine is None else f"{(value / mine if unit == 's' else mine / value):.1f} x"
                shown = "" if mine is None else format(mine, "8.2f")
                print(f"{what:66} {value:8.2f} {shown:>8}  {ratio:>6}  {unit}, {peer}; {precision}", flush=True)


if __name__ == "__main__":
    main()
