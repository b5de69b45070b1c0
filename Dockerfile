# syntax=docker/dockerfile:1
# One image for the web host, the scheduler and the worker.
#   docker build -t receptive .                               for CPUs
#   docker build -t receptive:cuda --build-arg TORCH=cuda .   for NVIDIA GPUs
FROM python:3.12-slim-bookworm

# cpu: PyTorch's own index of builds without CUDA. cuda: the platform's default build from PyPI, which brings its CUDA libraries.
ARG TORCH=cpu

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /srv/receptive

RUN case "$TORCH" in \
      cpu) pip install torch==2.13.0 --index-url https://download.pytorch.org/whl/cpu ;; \
      cuda) pip install torch==2.13.0 ;; \
      *) echo "TORCH is cpu or cuda, not '$TORCH'" >&2; exit 1 ;; \
    esac

COPY pyproject.toml constraints.txt README.md ./
COPY app app
RUN pip install --constraint constraints.txt --editable '.[lab]'

COPY alembic.ini ./
COPY migrations migrations
COPY templates templates
COPY static static
COPY lessons lessons
COPY docs docs

RUN useradd --system --create-home --home-dir /var/lib/receptive receptive
USER receptive
ENV RECEPTIVE_DATA=/var/lib/receptive RECEPTIVE_HOST=0.0.0.0 RECEPTIVE_PORT=8000
VOLUME /var/lib/receptive
EXPOSE 8000

HEALTHCHECK --interval=15s --timeout=3s --start-period=30s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]

CMD ["receptive", "serve"]
