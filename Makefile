# `make demo` sets up everything and runs an example; `make test` sets up everything and passes
# the tests. Both need Rust, Node and npm, and for OpenSSL a C compiler, make
# and Perl: nothing else. The tests also take Python, and Java for Spark.

CARGO ?= cargo
# Says what is done, and how long it took.
STEP := scripts/step
IS_FIRST_BUILD := $(if $(wildcard target/debug/segfn*),,yes)
SOURCES := $(shell find js -path js/node_modules -prune -o -path js/dist -prune -o -type f -print)

.PHONY: demo test first-crates crates test-packages test-deploy attack conformance lint format bench bench-instructions \
    text-order dist recording v8 js build clean

demo: build
	@echo
	@echo '$$ segfn run functions/archive-to-s3'
	@./target/debug/segfn run functions/archive-to-s3
	@echo
	@echo 'The objects are files now, under .segfn/s3:'
	@find .segfn/s3 -type f | sort

build: v8 first-crates js/dist/bundles.json
	@$(STEP) "building the program$(if $(IS_FIRST_BUILD), and the other crates: about 2 minutes on 2 cores)" $(CARGO) build --locked

# The first time, npm and the bundling run beside what takes longest of the crates, as only segfn itself needs them.
first-crates: v8
	$(if $(IS_FIRST_BUILD),@$(MAKE) --no-print-directory -j2 crates js)

# They use both cores by themselves: make's limit of two is for the two of them.
crates:
	@$(STEP) "building OpenSSL and what V8 needs: about 2 minutes on 2 cores, the first time" \
	    env -u MAKEFLAGS $(CARGO) build --locked -p openssl -p deno_web

test: v8 first-crates js/dist/bundles.json
	@# moto is the independent AWS that the tests run against.
	@scripts/provide-venv tests/.moto tests/moto-requirements.txt
	@scripts/provide-chromium
	@scripts/provide-segment-sdks
	@scripts/provide-venv tests/.serve-python tests/serve/requirements.txt
	cd js && npm test --silent
	INSTA_UPDATE=no $(CARGO) test --locked
	node --test tests/panel
	@$(MAKE) --no-print-directory bench-instructions
	@$(MAKE) --no-print-directory test-packages
	@$(MAKE) --no-print-directory test-deploy

# What is published, made of the built program and tried: packages for npm, archive, .deb, the action for GitHub.
# PROFILE=release takes the release build.
PROFILE ?= dev
BUILT := target/$(if $(filter dev,$(PROFILE)),debug,$(PROFILE))
# So that the program runs where glibc is older than here.
LINKER := $(if $(filter Linux,$(shell uname -s)),-C linker=$(CURDIR)/packaging/linker)
EXE := $(if $(filter Windows_NT,$(OS)),.exe)
test-packages: v8 js/dist/bundles.json packaging/node_modules/.package-lock.json
	@scripts/provide-cargo-deb
	$(CARGO) build --locked --profile $(PROFILE) --example pages --example gzip
	$(CARGO) rustc --locked --profile $(PROFILE) --bin segfn -- $(if $(filter release,$(PROFILE)),$(LINKER))
	cd packaging && SEGFN_BUILT=../$(BUILT) npm test --silent

# The recipes for other engines, tried with the built program: by the schemas and models of their APIs, by a stand-in that
# does what they do, and Spark itself.
test-deploy: v8 js/dist/bundles.json
	@scripts/provide-venv tests/.moto tests/moto-requirements.txt
	@scripts/provide-venv packaging/.linters packaging/linters.txt
	@scripts/provide-spark
	$(CARGO) build --locked --profile $(PROFILE) --bin segfn
	cd deploy/test && SEGFN_BUILT=$(BUILT) ../../tests/.moto/bin/python -W ignore -m unittest test_kubernetes test_batch test_lambda test_github
	cd deploy/test && SEGFN_BUILT=$(BUILT) ../../tests/.spark/bin/python -W ignore -m unittest test_spark

# What is published for this machine's system, in dist/.
dist: v8 js/dist/bundles.json packaging/node_modules/.package-lock.json
	@scripts/provide-cargo-deb
	$(if $(LINKER),@scripts/provide-venv packaging/.linker packaging/linker.txt)
	$(CARGO) build --locked --release --example pages --example gzip
	SEGFN_COMMIT=$$(git rev-parse --short HEAD) $(CARGO) rustc --locked --release --bin segfn -- $(LINKER)
	rm -rf target/pages
	target/release/examples/pages$(EXE) target/pages
	node packaging/dist.mjs dist $$(rustc -vV | sed -n 's/^host: //p') target/release/segfn$(EXE) target/pages target/release/examples/gzip$(EXE)

# The picture of a terminal in the README.
recording: build
	node scripts/recording.mjs $(BUILT)/segfn

# Node's own tests in segfn: NODE_CONFORMANCE says where the adapter and the tests are
# (scripts/conformance.mjs). Without it, only the small cases that they led to are run.
conformance: v8 js/dist/bundles.json
	$(CARGO) build --locked --release
ifdef NODE_CONFORMANCE
	node scripts/conformance.mjs $(NODE_CONFORMANCE) target/release/segfn $(GROUPS)
else
	INSTA_UPDATE=no $(CARGO) test --locked --test it -- crypto:: globals:: net:: node_layer:: tls::
endif

# All hostile functions, damaged files, servers and kills, of which `test` tries some.
attack: v8 js/dist/bundles.json
	INSTA_UPDATE=no $(CARGO) test --locked --test it -- --ignored

lint: v8 js/dist/bundles.json packaging/node_modules/.package-lock.json
	@scripts/provide-venv packaging/.linters packaging/linters.txt
	$(CARGO) fmt --check
	cd js && npm run --silent prettier -- --check
	cd packaging && npm run --silent lint
	$(CARGO) clippy --locked --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc --locked --no-deps --document-private-items

format: js/node_modules/.package-lock.json
	$(CARGO) fmt
	cd js && npm run --silent prettier -- --write

bench: v8 js/dist/bundles.json packaging/node_modules/.package-lock.json
	$(CARGO) build --locked --release --bins --bench floor
	cd benches && npm ci --silent --no-fund --no-audit --ignore-scripts && node run.mjs

# The instructions of four small runs, to those of before (benches/instructions.mjs). KEEP=--keep keeps what is counted.
KEEP ?=
ifeq ($(shell uname -sm),Linux x86_64)
bench-instructions: v8 js/dist/bundles.json
	@scripts/provide-valgrind
	$(CARGO) build --locked --profile $(PROFILE) --bin segfn
	node benches/instructions.mjs $(BUILT)/segfn $(PROFILE) $(KEEP)
else
bench-instructions:
	@echo 'segfn: instructions are counted on Linux and x86-64 alone' >&2
endif

# Which functions small runs execute, for the linker (packaging/text-order.mjs): to be told anew when the compiler or many crates
# have changed.
text-order: v8 js/dist/bundles.json
	@scripts/provide-valgrind
	$(CARGO) rustc --locked --release --bin segfn -- -C strip=none
	node packaging/text-order.mjs target/release/segfn

# What is missing is told first, and V8, which can take long, comes before all that needs it.
v8:
	@scripts/check-tools
	@scripts/provide-v8

js: js/dist/bundles.json

# Third-party JavaScript comes from npm, pinned by the lock file, and is never committed.
js/node_modules/.package-lock.json: js/package.json js/package-lock.json
	@$(STEP) "fetching the platform's npm packages" npm --prefix js ci --silent --no-fund --no-audit
	@touch $@

packaging/node_modules/.package-lock.json: packaging/package.json packaging/package-lock.json
	cd packaging && npm ci --silent --no-fund --no-audit --ignore-scripts
	@touch $@

# With the licences of the crates.
js/dist/bundles.json: js/node_modules/.package-lock.json $(SOURCES) scripts/licenses.mjs Cargo.lock
	@$(STEP) "bundling them, and collecting the licences" node js/build.mjs

clean:
	$(CARGO) clean
	rm -rf dist js/dist js/node_modules tests/.moto tests/.chromium tests/.serve tests/.serve-python tests/.spark tests/.valgrind
	rm -rf packaging/node_modules packaging/.linker packaging/.linters packaging/.work packaging/npm/src/formats
