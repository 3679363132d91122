use segfn::{engine,function};
use std::io::Write;
fn main(){
  let path=std::env::args().nth(1).unwrap();
  let source=std::fs::read_to_string(&path).unwrap();
  let n: usize=std::env::args().nth(3).map(|s|s.parse().unwrap()).unwrap_or(1);
  let jobs: usize=std::env::args().nth(4).map(|s|s.parse().unwrap()).unwrap_or(1);
  let f=function::Function{path:path.into(),source,kind:None,settings:"{}".into()};
  let o=engine::Options{timeout:std::time::Duration::from_secs(5),memory:128<<20,jobs,cold:false,handler:None};
  let ev=std::env::args().nth(2).unwrap();
  let inputs=(0..n).map(move |i| function::Input{name:format!("x:{i}"),json:ev.clone()});
  let mut out=std::io::BufWriter::with_capacity(1<<20,std::io::stdout().lock());
  let r=engine::run(f,inputs,o,|ran| match ran { engine::Ran::Outcome(o)=>serde_json::to_string(&o).unwrap(), other=>format!("{other:?}")}, |s| {writeln!(out,"{s}").unwrap(); std::ops::ControlFlow::Continue(())});
  out.flush().unwrap();
  if let Err(e)=r { eprintln!("{e}"); std::process::exit(1) }
  std::process::exit(0)
}
