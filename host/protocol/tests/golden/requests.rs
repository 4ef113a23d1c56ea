use temps_plugin_protocol::{
    ApiBody, ApiCall, ApiMethod, FrameError, MultipartPart, PartContent, PlatformCall, decode_plugin_frame, encode_request,
};

use crate::check::{agrees, other, read, version};

goldens! {
    v1_request_get_project => |name| request(name, 1, get_project()),
    v2_request_get_project => |name| request(name, 1, get_project()),
    v1_request_list_projects => |name| request(name, 2, PlatformCall::ListProjects { limit: Some(20) }),
    v2_request_list_projects => |name| request(name, 2, PlatformCall::ListProjects { limit: Some(20) }),
    v1_request_list_projects_all => |name| request(name, 3, PlatformCall::ListProjects { limit: None }),
    v2_request_list_projects_all => |name| request(name, 3, PlatformCall::ListProjects { limit: None }),
    v1_request_get_environment => |name| request(name, 4, PlatformCall::GetEnvironment { environment_id: 12 }),
    v2_request_get_environment => |name| request(name, 4, PlatformCall::GetEnvironment { environment_id: 12 }),
    v1_request_list_environments => |name| request(name, 5, PlatformCall::ListEnvironments { project_id: 7 }),
    v2_request_list_environments => |name| request(name, 5, PlatformCall::ListEnvironments { project_id: 7 }),
    v1_request_get_deployment => |name| request(name, 6, PlatformCall::GetDeployment { deployment_id: 345 }),
    v2_request_get_deployment => |name| request(name, 6, PlatformCall::GetDeployment { deployment_id: 345 }),
    v1_request_get_last_deployment => |name| request(name, 7, last_deployment(Some(12))),
    v2_request_get_last_deployment => |name| request(name, 7, last_deployment(Some(12))),
    v1_request_get_last_deployment_anywhere => |name| request(name, 8, last_deployment(None)),
    v2_request_get_last_deployment_anywhere => |name| request(name, 8, last_deployment(None)),
    v1_request_list_deployments => |name| request(name, 9, some_deployments()),
    v2_request_list_deployments => |name| request(name, 9, some_deployments()),
    v1_request_list_deployments_all => |name| request(name, u64::MAX, all_deployments()),
    v2_request_list_deployments_all => |name| request(name, u64::MAX, all_deployments()),
    v2_request_api_call_get => |name| request(name, 10, PlatformCall::ApiCall(ApiCall {
        method: ApiMethod::Get,
        path: "/projects/7".into(),
        query: Some("page=2&per_page=10".into()),
        body: None,
        actor: "actor-token".into(),
    })),
    v2_request_api_call_json => |name| request(name, 11, PlatformCall::ApiCall(ApiCall {
        method: ApiMethod::Post,
        path: "/projects".into(),
        query: None,
        body: Some(ApiBody::Json(r#"{"name":"shop"}"#.into())),
        actor: "actor-token".into(),
    })),
    v2_request_api_call_multipart => |name| request(name, 12, PlatformCall::ApiCall(ApiCall {
        method: ApiMethod::Put,
        path: "/projects/7/files".into(),
        query: None,
        body: Some(ApiBody::Multipart(vec![
            MultipartPart {
                name: "note".into(),
                filename: None,
                content_type: None,
                content: PartContent::Text("first build".into()),
            },
            MultipartPart {
                name: "file".into(),
                filename: Some("site.bin".into()),
                content_type: Some("application/octet-stream".into()),
                content: PartContent::Binary(vec![0x00, 0xff, 0xfe, 0x80]),
            },
        ])),
        actor: "actor-token".into(),
    })),
}

fn get_project() -> PlatformCall {
    PlatformCall::GetProject { project_id: 7 }
}

fn last_deployment(environment_id: Option<i32>) -> PlatformCall {
    PlatformCall::GetLastDeployment { project_id: 7, environment_id }
}

fn some_deployments() -> PlatformCall {
    PlatformCall::ListDeployments { project_id: 7, environment_id: Some(12), limit: Some(5) }
}

fn all_deployments() -> PlatformCall {
    PlatformCall::ListDeployments { project_id: i32::MIN, environment_id: None, limit: None }
}

fn request(name: &str, id: u64, call: PlatformCall) {
    let version = version(name);
    let encode = |(id, call): &(u64, PlatformCall)| encode_request(version, *id, call).unwrap();
    agrees(name, &(id, call), encode, |text| decode_plugin_frame(version, text));

    // The id is all that both versions have in the same place.
    let refused = decode_plugin_frame(other(version), &read(name)).unwrap_err();
    assert!(matches!(refused, FrameError::MethodMissing { .. }), "{refused:?}");
    assert_eq!(refused.id(), Some(id));
}
