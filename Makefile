# What can be done here. `make` or `make help` lists it.

GO ?= go

# Everything but the race detector is built without C, and needs no compiler of it.
export CGO_ENABLED = 0

# Without it gin brings a codec for MessagePack that nothing here uses: a quarter of
# the time of a first build.
export GOFLAGS += -tags=nomsgpack

# The race detector needs C. Where it can't be had, tests run without it.
RACE := $(shell command -v $$($(GO) env CC) >/dev/null 2>&1 && echo yes)

# Mathematics on one thread, a whole demo region, and requests one after the
# other: the race detector makes them ten times slower and no safer. Those of
# their tests where things happen at the same time are run with it.
HEAVY      = ./api ./routing ./routing/routingtest ./routing/roads ./routing/solve/... ./internal/demo ./internal/archtest
AT_ONCE    = 'Threads|AtOnce|Storm|Stream|Mode|Hierarchy'
WHOLE_MAP  = 'ExampleOfADay'
CONCURRENT = $(filter-out $(shell $(GO) list $(HEAVY)),$(shell $(GO) list ./...))

# The map of the demo comes with the module that reads it.
OSM_MODULE = github.com/paulmach/osm
MAP       ?= $$($(GO) list -m -f '{{.Dir}}' $(OSM_MODULE))/testdata/delaware-latest.osm.pbf

.DEFAULT_GOAL := help
.PHONY: help build up story test check map-page map-library bench bench-planner bench-roads trust-roads explain-large lint generate trust-contract trust-kill trust-planner

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## bin/roundsman
	@$(GO) build -o bin/roundsman ./cmd/roundsman

# exec: the server is the only process that Ctrl-C has to reach.
up: build ## the server on the demo region, until Ctrl-C; ARGS="--listen …" for more
	@map="$(MAP)"; exec bin/roundsman serve --demo --map "$$map" $(ARGS)

story: build ## play the morning of the virus against the server of `make up`
	@bin/roundsman story $(ARGS)

test: ## all tests, on databases of their own; with the race detector if there is a C compiler
ifeq ($(RACE),yes)
	CGO_ENABLED=1 $(GO) test -race -timeout 25m -skip $(WHOLE_MAP) $(CONCURRENT)
	CGO_ENABLED=1 $(GO) test -race -timeout 25m -run $(AT_ONCE) ./api ./routing/solve ./routing/roads
else
	@echo "Without the race detector: it needs a C compiler (Debian: gcc libc6-dev)."
	$(GO) test -timeout 25m -skip $(WHOLE_MAP) $(CONCURRENT)
endif
	$(GO) test -timeout 25m $(HEAVY)
	$(GO) test -run $(WHOLE_MAP) ./cmd/roundsman

lint: ## gofmt, go vet, staticcheck, and the rules of internal/archtest
	@bad=$$(find . -name '*.go' -not -path './.*' -not -path '*/node_modules/*' -print0 | xargs -0 gofmt -l); \
		if [ -n "$$bad" ]; then echo "not formatted (gofmt -w):"; echo "$$bad"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool -modfile=tools/go.mod staticcheck ./...
	$(GO) test ./internal/archtest

check: test lint ## what CI runs: test, lint; that generated code is current is one of the tests

trust-kill: ## kill -9 of the server under load, 50 times (KILLS=…); wants a quiet machine, for it judges times too
	ROUNDSMAN_TRUST_KILLS=$${KILLS:-50} $(GO) test ./cmd/roundsman -run TestKilledServerLosesNothing -count=1 -timeout 20m -v

bench: build ## figures, as a table, with 10,000 and with 500,000 tickets: requests through HTTP, events, imports; ARGS="-keep DIR"
	@map="$(MAP)"; $(GO) run ./internal/bench -server bin/roundsman -map "$$map" $(ARGS)

bench-roads: ## figures of the road network against their targets and Dijkstra's algorithm; FIGURES=short leaves the imports out
	@cd routing/roads && ROUNDSMAN_FIGURES=$${FIGURES:-full} $(GO) test -count=1 -timeout 60m -run '^TestFigures$$'

bench-planner: ## the planner's figures beside their targets; two hours; ARGS="-parts solomon,trsp -every 7 -seeds 1" for a look
	@map="$(MAP)"; $(GO) run ./internal/benchplanner -map "$$map" $(ARGS)

trust-roads: ## 1,000 rows of tables and 10,000 routes a mode, on all extracts of the test data, against Dijkstra's algorithm
	ROUNDSMAN_LONG_TESTS=1 $(GO) test -count=1 -timeout 60m -run 'EveryExtract' -v ./routing/roads

# The packages whose tests draw what they try.
DRAWN = $(sort $(dir $(shell grep -rl --include='*_test.go' pgregory.net/rapid dispatch routing)))

trust-planner: ## 20,000 drawn problems for every property of the planner and the day, where a test draws 100; CHECKS=… for others; an hour
	$(GO) test -count=1 -timeout 5h $(addprefix ./,$(DRAWN)) -rapid.checks=$${CHECKS:-20000}

explain-large: ## every statement of the tests on 500,000 tickets: none may read a long table from end to end
	ROUNDSMAN_EXPLAIN_TICKETS=500000 $(GO) test -count=1 -timeout 40m ./internal/stage

trust-contract: ## 20,000 requests made from the contract, and every act twenty times at once; ROUNDSMAN_SEED=… for others
	ROUNDSMAN_REQUESTS=20000 ROUNDSMAN_COPIES=20 $(GO) test -count=1 -timeout 60m -run 'MadeFromTheContract|EveryActInAStorm' -v ./api

map-page: ## the map's and the customer's page in a real browser (Debian's chromium, installed when missing); MAP_SHOT=FILE.png keeps what was seen
	@command -v chromium >/dev/null || apt-get install -y --no-install-recommends chromium
	ROUNDSMAN_BROWSER=$$(command -v chromium) $(GO) test ./api -run 'TestTheMapPage|TestTheCustomersPage' -count=1 -timeout 5m -v

MAPLIBRE = 6.17.0

map-library: ## fetch web/maplibre again from npm
	@dir=$$(mktemp -d) && cd $$dir && npm pack --silent maplibre-gl@$(MAPLIBRE) >/dev/null && tar xzf maplibre-gl-$(MAPLIBRE).tgz && \
		install -m 644 package/dist/maplibre-gl.mjs package/dist/maplibre-gl-worker.mjs package/dist/maplibre-gl.css package/LICENSE.txt $(CURDIR)/web/maplibre/ && rm -r $$dir

generate: ## write again what is generated from openapi.yaml
	$(GO) generate ./api/...
