"""What a program may name: tables of functions and classes, nothing else."""
