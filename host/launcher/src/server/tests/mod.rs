mod connections;
mod drain;
mod events;
mod routes;
