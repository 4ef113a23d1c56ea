use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use temps_plugin_protocol::{
    ApiResponse, ChannelError, Deployment, Environment, ErrorCode, FrameError, HostFrame, Project, decode_host_frame,
    encode_response,
};

use crate::check::{agrees, other, read, version};

goldens! {
    v1_response_get_project => |name| result(name, 1, "get_project", &shop()),
    v2_response_get_project => |name| result(name, 1, "get_project", &shop()),
    v1_response_list_projects => |name| result(name, 2, "list_projects", &vec![shop(), empty()]),
    v2_response_list_projects => |name| result(name, 2, "list_projects", &vec![shop(), empty()]),
    v1_response_get_environment => |name| result(name, 4, "get_environment", &production()),
    v2_response_get_environment => |name| result(name, 4, "get_environment", &production()),
    v1_response_list_environments => |name| result(name, 5, "list_environments", &vec![production(), preview()]),
    v2_response_list_environments => |name| result(name, 5, "list_environments", &vec![production(), preview()]),
    v1_response_get_deployment => |name| result(name, 6, "get_deployment", &completed()),
    v2_response_get_deployment => |name| result(name, 6, "get_deployment", &completed()),
    v1_response_get_last_deployment => |name| result(name, 7, "get_last_deployment", &Some(pending())),
    v2_response_get_last_deployment => |name| result(name, 7, "get_last_deployment", &Some(pending())),
    v1_response_get_last_deployment_none => |name| result(name, 8, "get_last_deployment", &None::<Deployment>),
    v2_response_get_last_deployment_none => |name| result(name, 8, "get_last_deployment", &None::<Deployment>),
    v1_response_list_deployments => |name| result(name, 9, "list_deployments", &vec![completed(), pending()]),
    v2_response_list_deployments => |name| result(name, 9, "list_deployments", &vec![completed(), pending()]),
    v2_response_api_call => |name| {
        result(name, 11, "api_call", &ApiResponse { status: 201, body: r#"{"id":9}"#.into() });
    },
    v1_response_error_method_not_found => |name| error(name, ErrorCode::MethodNotFound, "no such method"),
    v2_response_error_method_not_found => |name| error(name, ErrorCode::MethodNotFound, "no such method"),
    v1_response_error_invalid_params => |name| error(name, ErrorCode::InvalidParams, "project_id is missing"),
    v2_response_error_invalid_params => |name| error(name, ErrorCode::InvalidParams, "project_id is missing"),
    v1_response_error_permission_denied => |name| error(name, ErrorCode::PermissionDenied, "not allowed"),
    v2_response_error_permission_denied => |name| error(name, ErrorCode::PermissionDenied, "not allowed"),
    v1_response_error_not_found => |name| error(name, ErrorCode::NotFound, "project 99 not found"),
    v2_response_error_not_found => |name| error(name, ErrorCode::NotFound, "project 99 not found"),
    v1_response_error_internal => |name| error(name, ErrorCode::Internal, "the database is away"),
    v2_response_error_internal => |name| error(name, ErrorCode::Internal, "the database is away"),
    v2_response_error_unauthenticated => |name| error(name, ErrorCode::Unauthenticated, "the token is too old"),
    v2_response_error_of_a_newer_host => |name| {
        error(name, ErrorCode::Other("quota_exceeded".into()), "come back tomorrow");
    },
}

fn shop() -> Project {
    Project {
        id: 7,
        name: "Shop".into(),
        slug: "shop".into(),
        repo_name: "shop".into(),
        repo_owner: "acme".into(),
        main_branch: "main".into(),
        preset: "nextjs".into(),
        source_type: "git".into(),
        created_at: "2026-01-02T03:04:05Z".into(),
        updated_at: "2026-02-03T04:05:06.789Z".into(),
        last_deployment: Some("2026-02-03T04:05:06Z".into()),
        enable_preview_environments: true,
    }
}

fn empty() -> Project {
    Project {
        id: 8,
        name: "Empty".into(),
        slug: "empty".into(),
        repo_name: String::new(),
        repo_owner: String::new(),
        main_branch: "main".into(),
        preset: "static".into(),
        source_type: "static_files".into(),
        created_at: "2026-01-02T03:04:05Z".into(),
        updated_at: "2026-01-02T03:04:05Z".into(),
        last_deployment: None,
        enable_preview_environments: false,
    }
}

fn production() -> Environment {
    Environment {
        id: 12,
        project_id: 7,
        name: "Production".into(),
        slug: "production".into(),
        branch: Some("main".into()),
        is_preview: false,
        current_deployment_id: Some(345),
        created_at: "2026-01-02T03:04:05Z".into(),
        updated_at: "2026-02-03T04:05:06Z".into(),
    }
}

fn preview() -> Environment {
    Environment {
        id: 13,
        name: "Preview".into(),
        slug: "preview".into(),
        branch: None,
        is_preview: true,
        current_deployment_id: None,
        ..production()
    }
}

fn completed() -> Deployment {
    Deployment {
        id: 345,
        project_id: 7,
        environment_id: 12,
        state: "completed".into(),
        branch: Some("main".into()),
        tag: Some("v1.0.0".into()),
        commit_sha: Some("0a1b2c3d".into()),
        commit_message: Some("Ship it".into()),
        commit_author: Some("Ada".into()),
        created_at: "2026-02-03T04:05:06Z".into(),
        started_at: Some("2026-02-03T04:05:07Z".into()),
        finished_at: Some("2026-02-03T04:06:00Z".into()),
    }
}

fn pending() -> Deployment {
    Deployment {
        id: 346,
        project_id: 7,
        environment_id: 13,
        state: "pending".into(),
        branch: None,
        tag: None,
        commit_sha: None,
        commit_message: None,
        commit_author: None,
        created_at: "2026-02-03T04:05:06Z".into(),
        started_at: None,
        finished_at: None,
    }
}

fn result<T: PartialEq + Debug + Serialize + DeserializeOwned>(name: &str, id: u64, method: &str, typed: &T) {
    let value = serde_json::to_value(typed).unwrap();
    response(name, id, method, Ok(value.clone()));
    assert_eq!(&serde_json::from_value::<T>(value).unwrap(), typed);
}

fn error(name: &str, code: ErrorCode, message: &str) {
    response(name, 99, "get_project", Err(ChannelError::new(code, message)));
}

fn response(name: &str, id: u64, method: &str, outcome: Result<Value, ChannelError>) {
    let version = version(name);
    let encode = |frame: &HostFrame| match frame {
        HostFrame::Response { id, outcome } => encode_response(version, *id, method, outcome),
        HostFrame::Event(event) => panic!("not a response: {event:?}"),
    };
    agrees(name, &HostFrame::Response { id, outcome }, encode, |text| decode_host_frame(version, text));

    // The id is all that both versions have in the same place.
    let refused = decode_host_frame(other(version), &read(name)).unwrap_err();
    assert!(matches!(refused, FrameError::NoOutcome { .. }), "{refused:?}");
    assert_eq!(refused.id(), Some(id));
}
