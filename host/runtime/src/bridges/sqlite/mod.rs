//! `sqlite`: the guest's databases, which `temps_plugin_sqlite` keeps. Here are only handles, and values in both sides' terms.
//!
//! A handle that goes takes what it held along: a transaction is rolled back, a stream gives its reader back. So nothing stays open
//! when a request is given up, or when the instance ends.

mod convert;
mod stream;

use std::sync::Arc;

use temps_plugin_sqlite as backend;
use wasmtime::component::{Accessor, HasData, Linker, Resource, ResourceTable};

use crate::bindings::sqlite as wit;
use crate::instance::State;
use convert::into_all;
use stream::into_guest;

/// A guest's handle of a database.
#[derive(Debug, Clone)]
#[expect(unreachable_pub, reason = "the generated code exports it again")]
pub struct Connection(backend::Database);

/// A guest's handle of a transaction. Calls under way share it, so that it outlives them.
#[derive(Debug, Clone)]
#[expect(unreachable_pub, reason = "the generated code exports it again")]
pub struct Transaction(Arc<backend::Transaction>);

/// The bridge's part of the store, with the table that handles are in.
pub(crate) struct SqliteView<'a> {
    /// None for an instance that is only asked for its manifest.
    pub(crate) databases: Option<&'a backend::Databases>,
    pub(crate) table: &'a mut ResourceTable,
}

pub(crate) struct SqliteBridge;

impl HasData for SqliteBridge {
    type Data<'a> = SqliteView<'a>;
}

impl wit::Host for SqliteView<'_> {}

impl wit::HostConnection for SqliteView<'_> {
    fn drop(&mut self, handle: Resource<Connection>) -> wasmtime::Result<()> {
        self.table.delete(handle)?;
        Ok(())
    }
}

impl wit::HostTransaction for SqliteView<'_> {
    fn drop(&mut self, handle: Resource<Transaction>) -> wasmtime::Result<()> {
        self.table.delete(handle)?;
        Ok(())
    }
}

type Answer<T> = wasmtime::Result<Result<T, wit::Error>>;

/// The database behind a handle.
fn database<S: Send>(store: &Accessor<S, SqliteBridge>, handle: &Resource<Connection>) -> wasmtime::Result<backend::Database> {
    store.with(|mut access| Ok(access.get().table.get(handle)?.0.clone()))
}

/// The transaction behind a handle.
fn transaction<S: Send>(
    store: &Accessor<S, SqliteBridge>,
    handle: &Resource<Transaction>,
) -> wasmtime::Result<Arc<backend::Transaction>> {
    store.with(|mut access| Ok(Arc::clone(&access.get().table.get(handle)?.0)))
}

fn answer<T, U: From<T>>(done: Result<T, backend::Error>) -> Result<U, wit::Error> {
    done.map(Into::into).map_err(Into::into)
}

impl<S: Send + 'static> wit::HostConnectionWithStore<S> for SqliteBridge {
    async fn open(store: &Accessor<S, Self>, label: String) -> Answer<Resource<Connection>> {
        let databases = store.with(|mut access| access.get().databases.cloned());
        let Some(databases) = databases else {
            return Ok(Err(wit::Error::Denied("there is no database before the plugin has started".to_owned())));
        };
        let opened = match backend::Label::new(&label) {
            Ok(label) => databases.open(label).await,
            Err(error) => Err(error),
        };
        match opened {
            Ok(database) => store.with(|mut access| Ok(Ok(access.get().table.push(Connection(database))?))),
            Err(error) => Ok(Err(error.into())),
        }
    }

    async fn execute(
        store: &Accessor<S, Self>,
        handle: Resource<Connection>,
        sql: String,
        parameters: Vec<wit::Value>,
    ) -> Answer<wit::Changes> {
        let database = database(store, &handle)?;
        Ok(answer(database.execute(sql, into_all(parameters)).await))
    }

    async fn query(
        store: &Accessor<S, Self>,
        handle: Resource<Connection>,
        sql: String,
        parameters: Vec<wit::Value>,
    ) -> Answer<wit::Rows> {
        let database = database(store, &handle)?;
        Ok(answer(database.query(sql, into_all(parameters)).await))
    }

    async fn query_stream(
        store: &Accessor<S, Self>,
        handle: Resource<Connection>,
        sql: String,
        parameters: Vec<wit::Value>,
    ) -> Answer<wit::RowStream> {
        let database = database(store, &handle)?;
        into_guest(store, database.query_stream(sql, into_all(parameters)).await)
    }

    async fn batch(store: &Accessor<S, Self>, handle: Resource<Connection>, sql: String) -> Answer<wit::Changes> {
        let database = database(store, &handle)?;
        Ok(answer(database.batch(sql).await))
    }

    async fn begin(
        store: &Accessor<S, Self>,
        handle: Resource<Connection>,
        access: wit::Access,
    ) -> Answer<Resource<Transaction>> {
        let database = database(store, &handle)?;
        match database.begin(access.into()).await {
            Ok(begun) => store.with(|mut access| Ok(Ok(access.get().table.push(Transaction(Arc::new(begun)))?))),
            Err(error) => Ok(Err(error.into())),
        }
    }
}

impl<S: Send + 'static> wit::HostTransactionWithStore<S> for SqliteBridge {
    async fn execute(
        store: &Accessor<S, Self>,
        handle: Resource<Transaction>,
        sql: String,
        parameters: Vec<wit::Value>,
    ) -> Answer<wit::Changes> {
        let transaction = transaction(store, &handle)?;
        Ok(answer(transaction.execute(sql, into_all(parameters)).await))
    }

    async fn query(
        store: &Accessor<S, Self>,
        handle: Resource<Transaction>,
        sql: String,
        parameters: Vec<wit::Value>,
    ) -> Answer<wit::Rows> {
        let transaction = transaction(store, &handle)?;
        Ok(answer(transaction.query(sql, into_all(parameters)).await))
    }

    async fn query_stream(
        store: &Accessor<S, Self>,
        handle: Resource<Transaction>,
        sql: String,
        parameters: Vec<wit::Value>,
    ) -> Answer<wit::RowStream> {
        let transaction = transaction(store, &handle)?;
        into_guest(store, transaction.query_stream(sql, into_all(parameters)).await)
    }

    async fn batch(store: &Accessor<S, Self>, handle: Resource<Transaction>, sql: String) -> Answer<wit::Changes> {
        let transaction = transaction(store, &handle)?;
        Ok(answer(transaction.batch(sql).await))
    }

    async fn commit(store: &Accessor<S, Self>, handle: Resource<Transaction>) -> Answer<()> {
        let transaction = transaction(store, &handle)?;
        Ok(answer(transaction.commit().await))
    }

    async fn rollback(store: &Accessor<S, Self>, handle: Resource<Transaction>) -> Answer<()> {
        let transaction = transaction(store, &handle)?;
        Ok(answer(transaction.rollback().await))
    }
}

pub(crate) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    wit::add_to_linker::<State, SqliteBridge>(linker, State::sqlite)
}
