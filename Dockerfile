FROM python:3.12-slim

RUN useradd --create-home --uid 10001 disputed && mkdir /base && chown disputed /base
WORKDIR /disputed

COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes --no-deps --requirement requirements.txt

COPY pyproject.toml README.md LICENSE ./
COPY commands commands
COPY crawler crawler
COPY kb kb
COPY nlp nlp
COPY pipeline pipeline
COPY samples samples
COPY web web
RUN pip install --no-cache-dir --no-deps --no-build-isolation --editable .

USER disputed
WORKDIR /base
VOLUME /base
EXPOSE 8765
CMD ["disputed", "run"]
