//! The server: all of its parts, from the port to the functions.

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;

use http::Request;
use hyper::body::Incoming;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

use super::found::{FoundFunction, WorkspacePlan};
use super::front::{Front, TokenAccess};
use super::notice::Notice;
use super::panel::Panel;
use super::pipeline::{Pipeline, PipelineOptions, RetrySpeed};
use super::programs::{FunctionSaid, Programs};
use super::served_function::{FunctionState, ServedFunction};
use super::watch::FunctionWatch;
use crate::cassette::Redactor;
use crate::history::{History, HistoryError};
use crate::http_server::{self, Connections, Guard, ServerTls};
use crate::json::Json;
use crate::net::Faults;
use crate::options::HostPattern;

/// How many connections may be open at once; others wait.
const CONNECTIONS: usize = 200;

/// What is served.
pub struct ServerOptions {
    pub functions: Vec<FoundFunction>,
    /// How they are connected; without it, each destination function gets every event.
    pub workspace: Option<WorkspacePlan>,
    /// The file of the history.
    pub history: PathBuf,
    /// About how large it may be, in bytes.
    pub history_limit: u64,
    pub retry_speed: RetrySpeed,
    /// What lets others in; without one, nobody is asked for it.
    pub token: Option<String>,
    /// The names that this machine may be asked by, beside its own.
    pub hosts: Vec<HostPattern>,
    /// With it, HTTPS is spoken.
    pub tls: Option<Arc<ServerTls>>,
    /// What goes wrong with functions' requests, where the system lets processes share it; none at first.
    pub faults: Option<Faults>,
}

/// Why the server can't go on.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error(transparent)]
    History(#[from] HistoryError),
    #[error("can't watch the files: {0}")]
    Watch(#[from] notify::Error),
    #[error("can't listen: {0}")]
    Listen(#[from] std::io::Error),
}

/// Serves until `end` is there. What happens is told by `notices`; who reads them slowly slows the
/// server down.
///
/// # Errors
/// The history can't be opened, files can't be watched, or the listener fails.
pub async fn serve(
    listener: TcpListener,
    options: ServerOptions,
    programs: Arc<dyn Programs>,
    notices: mpsc::Sender<Notice>,
    end: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let history = Arc::new(History::open(&options.history, options.history_limit)?);
    let mut redactors: Vec<Redactor> = Vec::new();
    for FoundFunction { redactor, .. } in &options.functions {
        if !redactors.iter().any(|known| known.is_like(redactor)) {
            redactors.push(redactor.clone());
        }
    }
    let pipeline_options = PipelineOptions {
        retry_speed: options.retry_speed,
        redactors,
        workspace: options.workspace,
    };
    let faults = options.faults.as_ref();
    let faults = faults.map(|faults| faults.path().to_owned());
    let functions: Vec<(Arc<ServedFunction>, Vec<PathBuf>)> = options
        .functions
        .into_iter()
        .map(|found| {
            let said = FunctionSaid {
                settings: Json::Object(found.settings),
                faults: faults.clone(),
                ..FunctionSaid::default()
            };
            let function = ServedFunction::new(found.name, found.path, said);
            (Arc::new(function), found.folders)
        })
        .collect();
    let all: Vec<Arc<ServedFunction>> = functions.iter().map(|(f, _)| f.clone()).collect();
    let changed = watch::Sender::new(0);
    for function in &all {
        let (supervised, programs) = (function.clone(), programs.clone());
        tokio::spawn(async move { supervised.supervise(&*programs).await });
        tokio::spawn(tell_states(
            function.clone(),
            notices.clone(),
            changed.clone(),
        ));
    }
    let _watch = FunctionWatch::start(functions)?;
    let pipeline = Arc::new(Pipeline::new(&all, history, notices, pipeline_options));
    let address = listener.local_addr()?;
    let access = Arc::new(TokenAccess::new(options.token, address.port()));
    let guard = Guard {
        hosts: options.hosts,
        // What a name could be had to lead to, the token keeps closed.
        addresses: !access.is_free(),
        ..Guard::default()
    };
    let front = Arc::new(Front {
        pipeline: pipeline.clone(),
        functions: all.clone(),
        address,
        access: access.clone(),
    });
    let panel = Arc::new(Panel {
        pipeline,
        functions: all,
        programs,
        guard,
        faults: options.faults,
        changed,
    });
    let answer = move |request: Request<Incoming>| {
        let (front, panel, access) = (front.clone(), panel.clone(), access.clone());
        async move {
            let request = match front.answer(request).await {
                Ok(answer) => return answer,
                Err(request) => request,
            };
            let (parts, body) = request.into_parts();
            match access.refusal(&parts) {
                None => panel.answer(Request::from_parts(parts, body)).await,
                Some(answer) => answer,
            }
        }
    };
    let connections = Connections {
        most: CONNECTIONS,
        tls: options.tls,
    };
    http_server::serve(listener, connections, answer, end).await?;
    Ok(())
}

/// Tells each time that a function was loaded, or could not be.
async fn tell_states(
    function: Arc<ServedFunction>,
    notices: mpsc::Sender<Notice>,
    changed: watch::Sender<u64>,
) {
    let mut states = function.states();
    loop {
        let name = function.name.clone();
        let notice = match &*states.borrow_and_update() {
            FunctionState::Starting => None,
            FunctionState::Running(running) => Some(Notice::Loaded {
                function: name,
                ready: running.ready.clone(),
            }),
            FunctionState::NotLoaded(problem) => Some(Notice::NotLoaded {
                function: name,
                problem: (**problem).clone(),
            }),
        };
        changed.send_modify(|times| *times += 1);
        if let Some(notice) = notice
            && notices.send(notice).await.is_err()
        {
            return;
        }
        if states.changed().await.is_err() {
            return;
        }
    }
}
