"""A run as a program that plain PyTorch runs: a file, or a notebook for Jupyter and Colab.

The same cells make both: what the network is (as it was written, with what Python needs beside it), the run's numbers,
and a section that measures them again and prints both. The measuring sections are the files in ``parts``, word for
word; all that changes from run to run is the table ``RUN``, written as Python literals. So nothing that a student
wrote is ever put into code, but their own program.

Torch-free, and nothing is executed here: a student's program is read as always (``app.lab.language``).
"""

from app.lab.export.program import Program, as_notebook, as_python, program

__all__ = ["Program", "as_notebook", "as_python", "program"]
