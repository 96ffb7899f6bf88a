"""Programs that look into what strangers sent: child processes with little to spend.

A decoder or a parser is where hostile bytes meet old C code. It runs in a process of its own,
without the server's memory, environment or open files, under limits of memory, processor time,
wall time and output.
"""

from teahouse.kit.confined.running import Confined, Failed, Limits, Overrun, as_file

__all__ = ["Confined", "Failed", "Limits", "Overrun", "as_file"]
