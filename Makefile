# `make demo` sets up everything and runs an example; `make test` sets up everything and passes
# the tests. Both need Rust, Node and npm, and for OpenSSL a C compiler, make
# and Perl: nothing else.

CARGO ?= cargo
SOURCES := $(shell find js -path js/node_modules -prune -o -path js/dist -prune -o -type f -print)

.PHONY: demo test lint format bench v8 js build clean

demo: build
	@echo
	@echo '$$ segfn run functions/archive-to-s3'
	@./target/debug/segfn run functions/archive-to-s3
	@echo
	@echo 'The objects are files now, under .segfn/s3:'
	@find .segfn/s3 -type f | sort

build: v8 js/dist/bundles.json
	$(CARGO) build --locked

test: v8 js/dist/bundles.json
	@scripts/provide-moto
	cd js && npm test --silent
	INSTA_UPDATE=no $(CARGO) test --locked

lint: v8 js/dist/bundles.json
	$(CARGO) fmt --check
	cd js && npm run --silent prettier -- --check
	$(CARGO) clippy --locked --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc --locked --no-deps --document-private-items

format: js/node_modules/.package-lock.json
	$(CARGO) fmt
	cd js && npm run --silent prettier -- --write

bench: v8 js/dist/bundles.json
	$(CARGO) build --locked --release
	cd benches && npm ci --silent --no-fund --no-audit && node run.mjs

# What is missing is told first, and V8, which can take long, comes before all that needs it.
v8:
	@scripts/check-tools
	@scripts/provide-v8

js: js/dist/bundles.json

# Third-party JavaScript comes from npm, pinned by the lock file, and is never committed.
js/node_modules/.package-lock.json: js/package.json js/package-lock.json
	cd js && npm ci --silent --no-fund --no-audit
	@touch $@

# With the licences of the crates.
js/dist/bundles.json: js/node_modules/.package-lock.json $(SOURCES) scripts/licenses.mjs Cargo.lock
	cd js && node build.mjs

clean:
	$(CARGO) clean
	rm -rf js/dist js/node_modules tests/.moto
