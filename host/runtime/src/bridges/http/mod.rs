//! `http-client`: requests to other servers, which `temps_plugin_http` makes. Here are only both sides' terms, and a word to the operator.
//!
//! | module | what it is about |
//! |---|---|
//! | [`convert`] | requests, responses and errors in both sides' terms |
//! | [`body`] | bodies that are streamed |
//! | [`refusals`] | what is said in the log of what was refused |

mod body;
mod convert;
mod refusals;

use temps_plugin_http::{Client, Error};
use wasmtime::AsContextMut;
use wasmtime::component::{Accessor, HasData, Linker};

use crate::bindings::http_client as wit;
use crate::instance::State;
use convert::{into_guest, into_request, no_client};
pub(crate) use refusals::Refusals;

/// The bridge's part of the store.
pub(crate) struct HttpView<'a> {
    /// None: everything is denied.
    pub(crate) client: Option<&'a Client>,
    pub(crate) refusals: &'a mut Refusals,
}

pub(crate) struct HttpBridge;

impl HasData for HttpBridge {
    type Data<'a> = HttpView<'a>;
}

impl wit::Host for HttpView<'_> {}

impl<S: Send + 'static> wit::HostWithStore<S> for HttpBridge {
    async fn fetch(store: &Accessor<S, Self>, request: wit::Request) -> wasmtime::Result<Result<wit::Response, wit::Error>> {
        let client = store.with(|mut access| access.get().client.cloned());
        let url = request.url.clone();
        // Even a request that is none has streams, which go with what they are connected to.
        let request = store.with(|mut access| into_request(request, access.as_context_mut()))?;
        let Some(client) = client else {
            return Ok(Err(no_client(url)));
        };
        let fetched = match request {
            Ok(request) => client.fetch(request).await,
            Err(error) => Err(error),
        };
        match fetched {
            Ok(response) => store.with(|mut access| into_guest(response, access.as_context_mut())).map(Ok),
            Err(error) => {
                if let Error::Denied(ungranted) = &error {
                    store.with(|mut access| access.get().refusals.tell(ungranted));
                }
                Ok(Err(error.into()))
            }
        }
    }
}

pub(crate) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    wit::add_to_linker::<State, HttpBridge>(linker, State::http)
}
