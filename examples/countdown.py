"""Counts down the seconds given as its only parameter, one line a second."""

import sys
import time


def main(parameters):
    if not parameters:
        print("Error: Missing parameter")
        return 1
    try:
        seconds = int(parameters[0])
    except ValueError:
        seconds = -1
    if seconds < 0 or len(parameters) > 1:
        print("Error: Invalid parameter")
        return 1
    for left in range(seconds, 0, -1):
        # Into a file or a pipe, Python would keep the lines back until the end.
        print(f"Countdown: {left} seconds", flush=True)
        time.sleep(1)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
