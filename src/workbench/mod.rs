//! 工作台: local web pages over the same pipeline, for looking: what is wrong with the case, how each document
//! reads and looks, what the archive holds. It writes nothing.
//!
//! It listens on 127.0.0.1 only and answers only requests that name it so ([`guard`]).

mod asked;
mod found;
mod guard;
mod pages;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;

use crate::diag::{Failure, WorldError};
use crate::pipeline::{self, GenerateOptions, Settings};
use crate::vocab::date::eight_figures;
use asked::Asked;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::middleware;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

/// What the workbench looks at.
#[derive(Debug)]
pub struct Workbench {
    /// Where things lie.
    pub settings: Settings,
    /// The case.
    pub case: PathBuf,
    /// 档案库 to search, if any.
    pub archive: Option<PathBuf>,
    /// 查阅角色 in whose name it is searched, if any.
    pub role: Option<String>,
}

type Shared = State<Arc<Workbench>>;

/// Serves the workbench on 127.0.0.1 at `port` (0 for any free one) until the process ends. `ready` is told the
/// address once it is open.
///
/// # Errors
/// When the port cannot be had or the server fails.
pub fn serve(
    workbench: Workbench,
    port: u16,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), Failure> {
    let fail = || WorldError::while_("打开工作台端口", std::path::Path::new("127.0.0.1"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(fail())?;
    listener.set_nonblocking(true).map_err(fail())?;
    let address = listener.local_addr().map_err(fail())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .max_blocking_threads(workbench.settings.jobs)
        .build()
        .map_err(fail())?;
    // After a new version of the program the index is made anew; pages are served meanwhile. What is wrong with it, a
    // search will tell.
    if let Some(archive) = workbench.archive.clone() {
        std::thread::spawn(move || pipeline::prepare(&archive, &|_| {}));
    }
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).map_err(fail())?;
        ready(address);
        axum::serve(listener, router(workbench)).await.map_err(fail())
    })?;
    Ok(())
}

fn router(workbench: Workbench) -> Router {
    Router::new()
        .route("/", get(overview))
        .route("/documents/{file}", get(document))
        .route("/search", get(search))
        .route("/search.xlsx", get(list))
        .route("/record", get(record))
        .route("/style.css", get(style))
        .layer(middleware::from_fn(guard::guard))
        .with_state(Arc::new(workbench))
}

/// A page as an answer.
fn html(page: maud::Markup) -> Html<String> {
    Html(page.into_string())
}

/// Runs `work`, which computes, away from the thread that answers.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StatusCode> {
    tokio::task::spawn_blocking(work).await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

async fn overview(State(bench): Shared) -> Response {
    let page = aside(move || {
        let searchable = bench.archive.is_some();
        match pipeline::check(&bench.case, &bench.settings) {
            Ok(checked) => {
                // Without its kind a document has no wording yet, and nothing to look at.
                let opened = pipeline::open(&checked.value, &bench.settings, &|_| {});
                let shown = |kind: &str| opened.as_ref().is_ok_and(|(_, k)| k.get(kind).is_some());
                (StatusCode::OK, html(pages::overview(&checked, searchable, shown)))
            }
            Err(failure) => (StatusCode::UNPROCESSABLE_ENTITY, html(pages::failure(&failure))),
        }
    });
    page.await.into_response()
}

async fn document(State(bench): Shared, Path(file): Path<String>) -> Response {
    aside(move || render(&bench, &file)).await.into_response()
}

/// `doc-28.pdf` or `doc-28.txt`, rendered as the case stands now.
fn render(bench: &Workbench, file: &str) -> Response {
    let Some((id, format)) = file.rsplit_once('.') else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = match format {
        "pdf" => "application/pdf",
        "txt" => "text/plain; charset=utf-8",
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let findings = std::sync::Mutex::new(Vec::new());
    let listen = |event| {
        if let pipeline::Event::Finding(finding) = event
            && let Ok(mut list) = findings.lock()
        {
            list.push(finding);
        }
    };
    let mut options = GenerateOptions {
        documents: vec![id.to_owned()],
        formats: vec![format.to_owned()],
        ..GenerateOptions::default()
    };
    // While the data are being filled in they are never without errors, and that is when one wants to see.
    let case = match pipeline::load(&bench.case, &bench.settings, &listen) {
        Err(Failure::Rejected(_)) => {
            options.draft = true;
            pipeline::load_draft(&bench.case, &bench.settings, &listen)
        }
        other => other,
    };
    let made = case.map(|case| {
        let known = case.model().documents.iter().any(|d| d.id == id);
        known.then(|| pipeline::generate(&bench.settings, &case, &options, None, &listen))
    });
    let made = match made {
        Ok(Some(made)) => made,
        Ok(None) => {
            let words = format!("数据文件中没有标识为“{id}”的文件。");
            let page = html(pages::failure(&Failure::Usage(words)));
            return (StatusCode::NOT_FOUND, page).into_response();
        }
        Err(failure) => Err(failure),
    };
    match made {
        Ok(made) => {
            let bytes =
                made.papers.get(id).and_then(|p| p.renditions.first()).map(|r| r.bytes.to_vec());
            match bytes {
                Some(bytes) => ([(header::CONTENT_TYPE, kind)], Body::from(bytes)).into_response(),
                None => {
                    let list = findings.into_inner().unwrap_or_default();
                    let page = html(pages::failure(&Failure::Rejected(list)));
                    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
                }
            }
        }
        Err(failure) => {
            (StatusCode::UNPROCESSABLE_ENTITY, html(pages::failure(&failure))).into_response()
        }
    }
}

async fn search(State(bench): Shared, Query(asked): Query<Asked>) -> Response {
    let page = aside(move || {
        let Some(archive) = &bench.archive else { return no_archive() };
        if asked.is_blank() {
            return html(found::blank(&asked)).into_response();
        }
        let day = eight_figures(pipeline::today(&bench.settings)).parse().ok();
        let options = asked.options(bench.role.as_deref(), day);
        match pipeline::search(archive, &asked.q, &options) {
            Ok(hits) => html(found::hits(&asked, &hits)).into_response(),
            Err(failure) => refused(&failure),
        }
    });
    page.await.into_response()
}

/// Everything that is found, as a workbook.
async fn list(State(bench): Shared, Query(asked): Query<Asked>) -> Response {
    let book = aside(move || {
        let Some(archive) = &bench.archive else { return no_archive() };
        let day = pipeline::today(&bench.settings);
        let options = asked.options(bench.role.as_deref(), eight_figures(day).parse().ok());
        match pipeline::hits_workbook(archive, &asked.q, &options, &day.to_string()) {
            Ok((bytes, _)) => {
                let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
                let name = found::attachment();
                let head = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, &name)];
                (head, Body::from(bytes)).into_response()
            }
            Err(failure) => refused(&failure),
        }
    });
    book.await.into_response()
}

/// Which record.
#[derive(Debug, serde::Deserialize)]
struct Named {
    /// 归档包编号/标识.
    key: String,
}

/// The pages of a record that the archive holds.
async fn record(State(bench): Shared, Query(named): Query<Named>) -> Response {
    let pages = aside(move || {
        let Some(archive) = &bench.archive else { return no_archive() };
        match pipeline::pages_of(archive, &named.key, bench.role.as_deref()) {
            Ok(Some(bytes)) => {
                ([(header::CONTENT_TYPE, "application/pdf")], Body::from(bytes)).into_response()
            }
            Ok(None) => {
                let words = "没有可以在这里打开的页面：没有这一件，无权查阅，或它没有 PDF。其他格式的用 anjuan retrieve 调出。";
                let page = html(pages::failure(&Failure::Usage(words.into())));
                (StatusCode::NOT_FOUND, page).into_response()
            }
            Err(failure) => refused(&failure),
        }
    });
    pages.await.into_response()
}

fn no_archive() -> Response {
    let page = html(pages::failure(&Failure::Usage("没有指明档案库".into())));
    (StatusCode::NOT_FOUND, page).into_response()
}

fn refused(failure: &Failure) -> Response {
    (StatusCode::CONFLICT, html(pages::failure(failure))).into_response()
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("style.css")).into_response()
}
