"""One line that says how far a build is: rewritten on a terminal, in a log repeated."""

import os
import sys
import time


class Progress:
    def __init__(self, title, steps):
        self.title = title
        self.steps = steps
        self.terminal = sys.stderr.isatty()
        self.text = ""
        self.total = self.done = self.begun_with = 0
        self.began = self.said = time.monotonic()

    def say(self, text):
        line = f"{self.title}: {text}"
        if self.terminal:
            # A terminal that doesn't know its width says 0.
            width = os.get_terminal_size(2).columns or 80
            line = f"\r\x1b[K{line[: width - 1]}"
        else:
            line += "\n"
        sys.stderr.write(line)
        sys.stderr.flush()
        self.said = time.monotonic()

    def step(self, number, name):
        self.text = f"{name} (step {number} of {self.steps})"
        self.say(self.text)

    def start(self, done, total):
        self.done = self.begun_with = done
        self.total = total
        self.began = time.monotonic()

    def advance(self, amount):
        self.done += amount
        passed = time.monotonic() - self.began
        part = self.done / self.total
        if not self.terminal and time.monotonic() - self.said < 60:
            return
        left = passed / (self.done - self.begun_with) * (self.total - self.done)
        minutes = max(1, round(left / 60))
        self.say(f"{self.text}, {part:.0%}, about {minutes} min left")

    def end(self, text):
        self.say(text)
        if self.terminal:
            sys.stderr.write("\n")
