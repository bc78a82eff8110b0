/** What Schemathesis looks at in every answer, and why; named one by one, so that a new version of it asks no more than was agreed. */
export const checks = {
  not_a_server_error: 'nothing that a client sends makes a service fail with 5xx',
  status_code_conformance: 'the document names every status, by number or as `default`',
  content_type_conformance: 'an answer has a media type that the document names for its status',
  response_headers_conformance: 'an answer has the headers that the document promises',
  response_schema_conformance: 'a body, of a success or of a failure, is what its schema says',
  negative_data_rejection: 'what the document forbids is refused with 4xx',
  positive_data_acceptance: 'what the document allows is taken',
  missing_required_header: 'a request without a header that is needed is refused',
  unsupported_method: 'a method that a path does not have is answered with 405',
  allow_header_conformance: 'the `Allow` of a 405 names the methods of the document',
  use_after_free: 'what was deleted is gone',
  ensure_resource_availability: 'what was created is there',
};

/** The rest of what it has. */
export const left = {
  ignored_auth: 'the shop has no authentication',
  object_level_authorization: 'the shop has no users',
};
