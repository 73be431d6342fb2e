# Two images from one file:
#   docker build .                        the embedded engine (SQLite), no Java
#   docker build --target distributed .   Kafka, Spark and MongoDB
# Both for amd64 and arm64. The Python and the Debian below are those of the tests; the digest is of
# the index of all processors.

FROM python:3.11.14-slim-bookworm@sha256:65a93d69fa75478d554f4ad27c85c1e69fa184956261b4301ebaf6dbb0a3543d AS python
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1

# A venv without pip, filled by the pip outside of it and copied whole.
FROM python AS base-venv
WORKDIR /source
RUN python -m venv --without-pip /opt/cinestats
COPY requirements requirements
RUN pip --python /opt/cinestats/bin/python install \
    --require-hashes --requirement requirements/base.txt
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY src src
RUN pip --python /opt/cinestats/bin/python install --no-deps --no-build-isolation .

FROM base-venv AS embedded-venv
RUN pip --python /opt/cinestats/bin/python uninstall --yes setuptools

FROM base-venv AS distributed-venv
# /usr/share/man/man1 is where Java's package puts a link, and the slim image lacks it.
RUN mkdir -p /usr/share/man/man1 \
    && apt-get update \
    && apt-get install --yes --no-install-recommends maven \
    && rm -rf /var/lib/apt/lists/*
# PySpark comes as source: it is built with the setuptools of base.txt, not with a newer one.
RUN pip --python /opt/cinestats/bin/python install --no-build-isolation \
        --require-hashes --requirement requirements/distributed.txt \
    && pip --python /opt/cinestats/bin/python uninstall --yes setuptools
# Beside Spark's own jars every session finds its connector, and so does every executor.
COPY stack stack
RUN python -c 'from stack.jars import fetch; fetch("spark")' \
    && cp .stack/jars/spark/*.jar /opt/cinestats/lib/python3.11/site-packages/pyspark/jars/

# What both images run on: no compiler, no pip, and a user that owns nothing but its data.
FROM python AS runtime
LABEL org.opencontainers.image.title=cinestats \
    org.opencontainers.image.description="Exact statistics from the event log of a film diary" \
    org.opencontainers.image.licenses=Apache-2.0
RUN pip uninstall --yes pip setuptools wheel \
    && groupadd --system --gid 10001 cinestats \
    && useradd --system --uid 10001 --gid cinestats --home-dir /var/lib/cinestats cinestats \
    && install --directory --owner cinestats --group cinestats --mode 0700 /var/lib/cinestats
ENV PATH=/opt/cinestats/bin:$PATH CINESTATS_DATA_DIR=/var/lib/cinestats CINESTATS_HOST=0.0.0.0 \
    CINESTATS_ACCESS=server
WORKDIR /var/lib/cinestats
VOLUME /var/lib/cinestats
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/health/live', timeout=4)"]
CMD ["cinestats", "serve"]

FROM runtime AS distributed
RUN mkdir -p /usr/share/man/man1 \
    && apt-get update \
    && apt-get install --yes --no-install-recommends openjdk-17-jre-headless \
    && rm -rf /var/lib/apt/lists/*
ENV CINESTATS_BACKEND=distributed \
    PYSPARK_PYTHON=/opt/cinestats/bin/python \
    SPARK_HOME=/opt/cinestats/lib/python3.11/site-packages/pyspark
COPY --from=distributed-venv /opt/cinestats /opt/cinestats
USER cinestats

FROM runtime AS embedded
COPY --from=embedded-venv /opt/cinestats /opt/cinestats
USER cinestats
