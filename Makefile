# Every command of the project. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help run test static pages workflows check mutate compose-test distributed format lock reference assets audit
.PHONY: sbom dist types
.PHONY: clean

# Where it is set, every command and every test would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
BIN := .venv/bin
NPM := npm --prefix assets --silent
HAS_NODE := command -v npm >/dev/null && node -e 'process.exitCode = +(parseInt(process.versions.node) < 18)'
# The checker of workflows is a program in Go, with its checksums in .github/actionlint/go.sum.
ACTIONLINT := go -C .github/actionlint tool actionlint
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/.base ## set up, then serve the dashboard on 127.0.0.1:8000
	@$(BIN)/cinestats serve

test: .venv/.dev types ## set up, then run the whole test suite
	@$(BIN)/pytest --numprocesses 2 --dist worksteal -m "not distributed" tests/unit tests/contracts tests/features
	@$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder --durations 30 \
	  -m "distributed or integration" tests/integration tests/contracts tests/features

static: .venv/.dev .venv/.distributed types pages workflows ## format, lint, types and contracts of imports
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/ruff check --quiet
	@$(BIN)/pyright --level error & types=$$!; $(BIN)/mypy && wait $$types
	@$(BIN)/lint-imports

pages: .venv/.base ## lint and type-check the modules of the pages, where Node 18 and npm are
	@if $(HAS_NODE); then $(MAKE) --silent --no-print-directory assets/typed/api.d.ts && \
	  $(NPM) run lint > /dev/null && $(NPM) run types; \
	else echo "Skipped the check of the pages: it needs Node 18 or newer, and npm."; test -z "$$CI"; fi

workflows: .venv/.dev ## check the workflows of GitHub, and where Go is, with actionlint too
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
	@$(BIN)/zizmor --offline --quiet --no-progress --persona pedantic --strict-collection .github
	@$(BIN)/shellcheck .ci/run
	@if go -C .github/actionlint mod verify >/dev/null 2>&1; then \
	  $(ACTIONLINT) -shellcheck "$$PWD/$(BIN)/shellcheck" -pyflakes= "$$PWD"/.github/workflows/*.yml; \
	else echo "Skipped actionlint: it needs the Go of .github/actionlint/go.mod."; test -z "$$CI"; fi

check: static ## the same and the fast tests, in under a minute
	@$(BIN)/pytest --quiet --numprocesses 2 --dist worksteal --hypothesis-profile quick -m "not distributed and not slow" \
	  tests/unit tests/contracts tests/features

mutate: .venv/.dev ## change the code in small ways and see that tests fail, in under an hour
	@$(BIN)/python -m tests.mutation $(MUTATE_OPTIONS)

compose-test: .venv/.dev ## build the images and drive docker-compose.yml, where Docker Engine 25 is
	@$(BIN)/python -m tests.compose

distributed: .venv/.distributed ## install what Spark, Kafka and MongoDB need besides

format: .venv/.dev ## format the code and fix what the linter can
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

lock: .venv/.dev ## renew requirements/*.txt from pyproject.toml, with hashes
	@for extra in base dev distributed; do \
	  $(BIN)/uv pip compile pyproject.toml requirements/build.in --quiet --universal \
	    --generate-hashes --no-annotate --no-header --python-version 3.11 \
	    $$( [ $$extra = base ] || echo --extra $$extra ) --output-file requirements/$$extra.txt; \
	done

audit: .venv/.dev ## look up the locked packages in the advisory databases
	@for each in base distributed; do \
	  $(BIN)/pip-audit --disable-pip --require-hashes --progress-spinner off \
	    --requirement requirements/$$each.txt || exit 1; \
	done

sbom: .venv/.dev ## write sbom.json: what an installation consists of, as CycloneDX
	@$(BIN)/cyclonedx-py requirements requirements/distributed.txt --pyproject pyproject.toml \
	  --output-reproducible --of JSON --output-file sbom.json

dist: .venv/.dev ## build what is published into dist/: the source distribution, and the wheel from it
	@rm -rf dist
	@SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python -m build --no-isolation --outdir dist . > /dev/null

reference: .venv/.base ## write docs/reference/cli.md and settings.md from the code
	@$(BIN)/python docs/reference/generate.py

assets: assets/node_modules/.done ## renew the libraries of the page from assets/package-lock.json (needs Node 18 and npm)
	@$(NPM) run build

.PHONY: bench-setup bench-lock bench-backfill bench-foreign
BENCH := .venv-bench/bin
STREAMS := benchmarks/backfill/kafka-streams

bench-setup: .venv/.distributed .venv-bench/.done ## install the peers that benchmarks compare with (needs Maven)

bench-lock: .venv/.dev ## renew requirements/bench.txt from benchmarks/requirements.in, with hashes
	@$(BIN)/uv pip compile benchmarks/requirements.in --quiet --universal --generate-hashes \
	  --no-annotate --no-header --python-version 3.11 --output-file requirements/bench.txt

bench-backfill: bench-setup ## drain a topic with ours, the peers and the floor: eval "$(make -s stack)" first
	@$(BENCH)/python -m benchmarks.backfill

bench-foreign: bench-setup ## what the log of another application's topic costs: eval "$(make -s stack)" first
	@$(BENCH)/python -m benchmarks.foreign

# Each runs one scenario at its full size; BENCH_OPTIONS="--repeat 5" and the like are passed on.
.PHONY: bench bench-embedded bench-history bench-reads bench-codec bench-recovery bench-live bench-scale bench-render
SCENARIO = $(BIN)/python -m benchmarks

bench: bench-setup ## every benchmark, with small sizes, in under 20 minutes: eval "$(make -s stack)" first
	@$(SCENARIO).codec --events 2000
	@$(SCENARIO).embedded --sizes 10000 50000
	@$(SCENARIO).history --entries 10 1000 10000 --stored 10000 50000
	@$(SCENARIO).reads --users 1000 20000
	@$(SCENARIO).recovery --backlog 20000 --rebuild 100000
	@$(SCENARIO).live --rates 500 --seconds 10
	@$(BENCH)/python -m benchmarks.backfill --events 50000 --no-crash
	@$(SCENARIO).scale

bench-codec bench-embedded bench-history bench-reads bench-recovery bench-scale: bench-%: .venv/.distributed .venv/.dev
	@$(SCENARIO).$* $(BENCH_OPTIONS)

bench-live: .venv/.distributed .venv/.dev ## seconds from accepted to visible, for over an hour: eval "$(make -s stack)" first
	@$(SCENARIO).live $(BENCH_OPTIONS)

bench-render: bench-setup ## fill docs/benchmarks.md from benchmarks/results and draw the curves
	@$(BENCH)/python -m benchmarks.render

include stack/stack.mk

types: # type checkers see src as the package cinestats through this link
	@mkdir -p .typing && ln -sfn ../src .typing/cinestats

clean: ## remove everything that the other commands made
	@rm -rf .venv .venv-bench .mutation $(STREAMS)/target assets/node_modules assets/openapi.json assets/typed/api.d.ts assets/.tsbuildinfo .typing .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist src/*.egg-info *.egg-info

# The set-up is done again only when a lock file or the package's metadata changes.
.venv/.base: requirements/base.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "cinestats needs Python 3.11 or newer; say make PYTHON=…")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the packages of requirements/base.txt …"
	@$(PIP) install --require-hashes --requirement requirements/base.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.distributed: .venv/.base requirements/distributed.txt
	@echo "Installing the packages of requirements/distributed.txt …"
	@$(PIP) install --require-hashes --no-build-isolation --requirement requirements/distributed.txt
	@touch $@

.venv-bench/.done: requirements/bench.txt $(STREAMS)/pom.xml $(wildcard $(STREAMS)/src/main/java/backfill/*)
	@test -x $(BENCH)/python || $(PYTHON) -m venv .venv-bench
	@echo "Installing the packages of requirements/bench.txt …"
	@$(BENCH)/python -m pip --disable-pip-version-check --quiet install --require-hashes \
	  --requirement requirements/bench.txt
	@mvn --quiet --batch-mode --file $(STREAMS)/pom.xml compile dependency:copy-dependencies \
	  -DincludeScope=runtime -DoutputDirectory=target/dependency
	@touch $@

assets/node_modules/.done: assets/package-lock.json
	@echo "Installing the packages of assets/package-lock.json …"
	@$(NPM) ci --ignore-scripts --no-audit --no-fund
	@touch $@

# The types of the API are those of the code at hand: its document is asked for each time.
.PHONY: always
assets/openapi.json: always
	@$(BIN)/python assets/openapi.py > $@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

assets/typed/api.d.ts: assets/openapi.json assets/node_modules/.done
	@$(NPM) run api > /dev/null

.venv/.dev: .venv/.base requirements/dev.txt
	@echo "Installing the packages of requirements/dev.txt …"
	@$(PIP) install --require-hashes --requirement requirements/dev.txt
	@touch $@
