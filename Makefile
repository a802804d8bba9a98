# `make help` lists what there is. PRESET=debug (or tsan, coverage) chooses another build.
PRESET ?= release
BIN := build/$(PRESET)/bin
# What images hold: the build that is shipped.
IMAGE_PRESET ?= dist
REGISTRY ?= souk
TAG ?= latest
SERVICES := user-service product-service order-service payment-service inventory-service \
            notification-service api-gateway

.DEFAULT_GOAL := help

help: ## this list
	@sed -nE 's/^(# )?([a-z][a-z0-9<>-]*):.*## (.*)/\2@\3/p' $(MAKEFILE_LIST) | \
	  awk -F @ '{printf "  make %-22s %s\n", $$1, $$2}'
	@echo; echo '<service>: $(SERVICES)'

# Takes 0.05 s where nothing is missing.
setup: ## install what is missing on this machine (root or sudo)
	@scripts/setup.sh --check >/dev/null || scripts/setup.sh

proto-generate: setup ## check proto/ and generate the C++ messages of the build
	@scripts/generate-proto.sh
	@scripts/build.sh $(PRESET) souk_proto

build: setup ## build everything
	@scripts/build.sh $(PRESET)

# The payment sandbox is a program of its own, started beside the platform.
INSTANCE := souk sandbox-provider web-ui

run: setup ## the whole shop as one process, with a private PostgreSQL: http://localhost:8080
	@scripts/build.sh $(PRESET) $(INSTANCE)
	@exec $(BIN)/souk up

# On the stores of docker-compose where those run, else on private ones.
STORES := scripts/with-compose-stores.sh

run-all: setup ## the shop as seven processes on PostgreSQL, Redis and RabbitMQ (REPLICAS=2: two of each)
	@scripts/build.sh $(PRESET) $(INSTANCE) $(SERVICES)
	@exec $(STORES) $(BIN)/souk up --processes --replicas $(or $(REPLICAS),1)

# run-<service>: ## one service by itself, with the settings of the environment or .env
$(SERVICES:%=run-%): run-%: setup
	@scripts/build.sh $(PRESET) $*
	@exec $(STORES) $(BIN)/$*

stop: ## end what runs in the background
	@if [ -x $(BIN)/souk ]; then exec $(BIN)/souk stop; else echo 'nothing runs: souk is not built'; fi

test: setup ## build, and run every test
	@scripts/test.sh --preset $(PRESET)

test-unit: setup ## the tests that need no server
	@scripts/test.sh --preset $(PRESET) --label unit

test-integration: setup ## the tests with databases, and with whole instances
	@scripts/test.sh --preset $(PRESET) --label integration --label repository --label e2e

test-e2e: setup ## the shop in a real browser: Chromium against a whole platform of its own
	@scripts/build.sh $(PRESET) $(INSTANCE)
	@cd web-ui && PRESET=$(PRESET) npm run --silent e2e

screenshots: setup ## pictures of every page of the shop and the back office, in web-ui/screenshots
	@scripts/build.sh $(PRESET) $(INSTANCE)
	@cd web-ui && PRESET=$(PRESET) node e2e/screenshots.mjs

lighthouse: setup ## Lighthouse for the shop as a phone loads it; the table is docs/LIGHTHOUSE.md (a quiet machine!)
	@scripts/build.sh $(PRESET) $(INSTANCE)
	@cd web-ui/lighthouse && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@cd web-ui && PRESET=$(PRESET) node lighthouse/measure.mjs

simulate: setup ## SEEDS=100000 runs of the seeded simulation; the first failure says how to replay it
	@scripts/build.sh $(PRESET) simulation_test
	@$(BIN)/simulation_test --seeds $(or $(SEEDS),100000)

test-chaos: setup ## shoppers at two replicas of everything, while everything breaks (SEED=7 MINUTES=5)
	@scripts/build.sh $(PRESET) chaos_test
	@SOUK_TEST_SEED=$(or $(SEED),$(shell date +%s)) SOUK_TEST_MINUTES=$(MINUTES) \
	 SOUK_TEST_SHOPPERS=$(or $(SHOPPERS),12) $(BIN)/chaos_test

test-chaos-judge: setup ## every planted bug on the whole platform: the judge has to find each
	@scripts/build.sh $(PRESET) planted_bugs_test
	@SOUK_TEST_EVERY_BUG=yes $(BIN)/planted_bugs_test

soak: ## test-chaos for long (MINUTES=30 SHOPPERS=32)
	@$(MAKE) --no-print-directory test-chaos MINUTES=$(or $(MINUTES),30) SHOPPERS=$(or $(SHOPPERS),32) SEED=$(SEED)

coverage: setup ## every test with instrumentation: fails under 80 % of lines of pkg/ and services/
	@scripts/coverage.sh

lint: setup ## formatting, clang-tidy, protocol definitions, scripts, house rules
	@scripts/lint.sh

format: setup ## lay out sources and protocol definitions
	@scripts/lint.sh --format

bench: build ## the speed and size of this build, as a table and as JSON
	@scripts/setup.sh --bench --check >/dev/null || scripts/setup.sh --bench
	@scripts/bench.sh

bench-rush: setup ## one article, 1,000 units, 20,000 buyers (BUYERS=20000), at two replicas of everything
	@scripts/build.sh $(PRESET) rush_test
	@SOUK_TEST_BUYERS=$(or $(BUYERS),20000) $(BIN)/rush_test

bench-kills: setup ## how long nobody can buy after each single kill, at two replicas of everything
	@scripts/build.sh $(PRESET) kills_bench $(INSTANCE) $(SERVICES)
	@$(BIN)/kills_bench

bench-backlog: setup ## the mail is away while 20,000 orders come in (ORDERS=20000): how it drains
	@scripts/build.sh $(PRESET) backlog_test
	@SOUK_TEST_ORDERS=$(or $(ORDERS),20000) $(BIN)/backlog_test

bench-replicas: setup ## checkouts at 1, 2 and 4 replicas of everything, what each costs, and a queueing model beside it
	@scripts/build.sh $(PRESET) souk-load $(INSTANCE) $(SERVICES)
	@PYTHONDONTWRITEBYTECODE=1 python3 tests/load/replicas.py --programs $(BIN)

# What a scenario lets one choose: tests/load/scenarios.
LOAD_SETTINGS := RATE SPIKE_RATE VUS ITERATIONS DURATION STEP PAUSE CURRENCY ADMIN_EMAIL ADMIN_PASSWORD
load-test: setup ## SCENARIO=checkout (smoke, browse, spike, stress, soak) RATE=150 DURATION=30s; BASE_URL=... for a shop that runs
	@scripts/setup.sh --plots --check >/dev/null || scripts/setup.sh --plots
	$(if $(BASE_URL),,@scripts/build.sh $(PRESET) $(INSTANCE))
	@PYTHONDONTWRITEBYTECODE=1 python3 tests/load/scenario.py --plot --programs $(BIN) $(or $(SCENARIO),smoke) \
	  $(foreach name,$(LOAD_SETTINGS),$(if $($(name)),$(name)='$($(name))'))

dashboards: setup ## the Grafana dashboards as pictures in docs/dashboards, from a platform under load
	@scripts/setup.sh --plots --check >/dev/null || scripts/setup.sh --plots
	@scripts/build.sh $(PRESET) souk-load $(INSTANCE) $(SERVICES)
	@PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 tests/monitoring/draw_dashboards.py --programs $(BIN)

docker-build: setup ## an image per service, one of the pages, one of everything (IMAGE_PRESET=dist REGISTRY=souk TAG=latest)
	@scripts/build.sh $(IMAGE_PRESET) $(INSTANCE) $(SERVICES)
	@PRESET=$(IMAGE_PRESET) REGISTRY=$(REGISTRY) TAG=$(TAG) scripts/docker-build.sh $(PUSH)

docker-push: PUSH := --push
docker-push: docker-build ## the same, and push them to REGISTRY

test-compose: setup ## start docker-compose.yml for real, and buy in it
	@scripts/setup.sh --docker --check >/dev/null || scripts/setup.sh --docker
	@PRESET=$(IMAGE_PRESET) scripts/test-compose.sh

deploy-dev: ## deploy to the cluster that kubectl knows, with stores of its own
	@scripts/deploy.sh dev $(VERSION)

deploy-prod: ## deploy VERSION=1.2.3 to production, and wait until it serves
	@scripts/deploy.sh prod $(VERSION)

backup: ## copy the databases to BACKUP_DIR (URL=postgresql://... for a server elsewhere)
	@scripts/backup.sh base $(if $(URL),--url '$(URL)') $(if $(BACKUP_DIR),--to '$(BACKUP_DIR)')

backup-wal: ## write down every change from now on, until Ctrl-C, so that any moment can be restored
	@scripts/backup.sh wal $(if $(URL),--url '$(URL)') $(if $(BACKUP_DIR),--to '$(BACKUP_DIR)')

restore: ## bring BACKUP_DIR back (TIME='2026-11-23 02:00:00+00', INTO=data folder of a server that is off)
	@scripts/restore.sh $(if $(BACKUP_DIR),--from '$(BACKUP_DIR)') $(if $(TIME),--time '$(TIME)') \
	  $(if $(INTO),--into '$(INTO)')

migrate-up: build-souk ## apply the migrations of every service
	@$(STORES) $(BIN)/souk migrate up

migrate-down: build-souk ## take back the last migration of every service
	@$(STORES) $(BIN)/souk migrate down

# migrate-up-<service>: ## apply the migrations of one service, e.g. user
migrate-up-%: build-souk
	@$(STORES) $(BIN)/souk migrate up $(patsubst %-service,%,$*)

clean: ## remove what was built (var/ and its data stay)
	rm -rf build

# Not listed: a step of the migrate targets.
build-souk: setup
	@scripts/build.sh $(PRESET) souk

.PHONY: help setup build-souk test-e2e screenshots lighthouse proto-generate build run run-all $(SERVICES:%=run-%) stop test \
        test-unit test-integration simulate test-chaos test-chaos-judge soak coverage lint format \
        bench bench-rush bench-kills bench-backlog bench-replicas load-test dashboards docker-build docker-push test-compose deploy-dev deploy-prod \
        backup backup-wal restore \
        migrate-up migrate-down clean
# Each recipe uses every core by itself, and two ninjas must not share a build folder.
.NOTPARALLEL:
