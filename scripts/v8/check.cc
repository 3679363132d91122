// Linked with the finished library: evaluates something of each part that segfn's users depend on,
// and ends with 1 if anything is not as it must be.

#include <cstdio>
#include <cstring>
#include <memory>

#include "libplatform/libplatform.h"
#include "v8.h"

namespace {

struct Case {
  const char* source;
  const char* result;
};

// Numbers are summed long enough to pass through every compiler of V8.
constexpr Case kCases[] = {
    {"[1, 2, 3].map(n => n * 2).join('-')", "2-4-6"},
    {"let sum = 0; for (let i = 0; i < 3e6; i++) sum = (sum + i * 7) % 1000003; sum", "315"},
    {"'2024-02-29'.replace(/(?<y>\\d+)-(\\d+)-(\\d+)/u, '$3.$2.$<y>')", "29.02.2024"},
    {"new Date(Date.UTC(2024, 1, 29, 12, 30)).toISOString()", "2024-02-29T12:30:00.000Z"},
    {"new Intl.NumberFormat('de-DE', {style: 'currency', currency: 'EUR'}).format(1234.5)",
     "1.234,50\u00a0\u20ac"},
    {"new Date(0).toLocaleDateString('fr-FR', {timeZone: 'Asia/Tokyo', dateStyle: 'long'})",
     "1 janvier 1970"},
    {"['z', '\u00e4', 'a'].sort(new Intl.Collator('de').compare).join('')", "a\u00e4z"},
    {"new Intl.PluralRules('pl').select(22)", "few"},
    {"'\u0130'.toLocaleLowerCase('tr') + 'e\u0301'.normalize('NFC').length", "i1"},
    {"(2n ** 200n).toString(36).length", "39"},
    {"new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0,"
     "1, 7, 1, 96, 2, 127, 127, 1, 127, 3, 2, 1, 0, 7, 7, 1, 3, 97, 100, 100, 0, 0,"
     "10, 9, 1, 7, 0, 32, 0, 32, 1, 106, 11]))).exports.add(40, 2)",
     "42"},
};

bool Passes(v8::Isolate* isolate, v8::Local<v8::Context> context, const Case& expected) {
  v8::TryCatch caught(isolate);
  v8::Local<v8::String> source =
      v8::String::NewFromUtf8(isolate, expected.source).ToLocalChecked();
  v8::Local<v8::Script> script;
  v8::Local<v8::Value> value;
  if (!v8::Script::Compile(context, source).ToLocal(&script) ||
      !script->Run(context).ToLocal(&value)) {
    value = caught.Exception();
  }
  v8::String::Utf8Value text(isolate, value);
  if (*text != nullptr && std::strcmp(*text, expected.result) == 0) return true;
  std::printf("%s\n  is %s\n  not %s\n", expected.source, *text, expected.result);
  return false;
}

}  // namespace

int main() {
  std::unique_ptr<v8::Platform> platform = v8::platform::NewDefaultPlatform();
  v8::V8::InitializePlatform(platform.get());
  v8::V8::Initialize();
  v8::Isolate::CreateParams params;
  std::unique_ptr<v8::ArrayBuffer::Allocator> allocator(
      v8::ArrayBuffer::Allocator::NewDefaultAllocator());
  params.array_buffer_allocator = allocator.get();
  v8::Isolate* isolate = v8::Isolate::New(params);
  bool good = true;
  {
    v8::Isolate::Scope isolate_scope(isolate);
    v8::HandleScope handles(isolate);
    v8::Local<v8::Context> context = v8::Context::New(isolate);
    v8::Context::Scope context_scope(context);
    for (const Case& expected : kCases) good = Passes(isolate, context, expected) && good;
  }
  isolate->Dispose();
  v8::V8::Dispose();
  v8::V8::DisposePlatform();
  std::printf("V8 %s %s\n", v8::V8::GetVersion(), good ? "is good" : "is NOT good");
  return good ? 0 : 1;
}
