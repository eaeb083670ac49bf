# syntax=docker/dockerfile:1
ARG PYTHON_VERSION=3.11

FROM python:${PYTHON_VERSION}-slim-bookworm AS build
# Where pip finds a CPU build of torch, e.g. PyTorch's own index of CPU wheels. Without it,
# pip takes what its default index has for this platform.
ARG TORCH_INDEX=""
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/huibao
WORKDIR /src
COPY pyproject.toml ./
# torch first and apart, so that changes of our own code reuse this layer.
RUN /opt/huibao/bin/pip install ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} \
    "$(sed -n 's/^ *"\(torch==[^"]*\)",$/\1/p' pyproject.toml)"
COPY README.md LICENSE NOTICE ./
COPY report report
COPY extraction extraction
COPY models models
COPY evaluation evaluation
COPY training training
COPY service service
RUN /opt/huibao/bin/pip install .

FROM python:${PYTHON_VERSION}-slim-bookworm
LABEL org.opencontainers.image.title="huibao" \
      org.opencontainers.image.description="Splits Chinese work reports into achievements, problems and plans" \
      org.opencontainers.image.licenses="Apache-2.0"
# With LIBREOFFICE=1 .doc and .wps files are read as well; the image grows by some hundred MB.
ARG LIBREOFFICE=0
RUN if [ "$LIBREOFFICE" = 1 ]; then \
        apt-get update \
        && apt-get install --yes --no-install-recommends libreoffice-writer-nogui \
        && rm -rf /var/lib/apt/lists/*; \
    fi
RUN groupadd --gid 10001 huibao && useradd --uid 10001 --gid huibao --no-create-home huibao
COPY --from=build /opt/huibao /opt/huibao
# Nothing is fetched at run time. On a read-only file system /dev/shm still takes what must be
# written: gunicorn's heartbeat, and the temporary folder that torch wants to exist.
ENV PATH=/opt/huibao/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TMPDIR=/dev/shm \
    HF_HUB_OFFLINE=1 \
    HF_HUB_DISABLE_TELEMETRY=1 \
    HUIBAO_HOST=0.0.0.0 \
    HUIBAO_PORT=8000
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client, os, sys; probe = http.client.HTTPConnection('127.0.0.1', int(os.environ['HUIBAO_PORT']), timeout=2); probe.request('GET', '/readyz'); sys.exit(probe.getresponse().status != 200)"]
ENTRYPOINT ["huibao"]
CMD ["serve"]
