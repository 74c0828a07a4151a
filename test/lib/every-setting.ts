// The two ends between which every deployment lies: nothing set, and everything.

export const nothingSet = {};

export const certificateArn =
  'arn:aws:acm:eu-west-1:123456789012:certificate/0b2d6a50-7f3d-4c35-9f43-9a3c4f4d1c11';

/** The short form of one domain, which goes without `domains`. */
export const oneDomain = {
  'scim:domainName': 'scim.example.com',
  'scim:certificateArn': certificateArn,
  'scim:hostedZoneId': 'Z0123456789ABC',
};

export const everythingSet = {
  'scim:stackName': 'ScimAll',
  'scim:secretPrefix': 'all-tokens',
  'scim:deletionProtection': 'false',
  'scim:customerManagedKey': 'false',
  'scim:tableMaxReadUnits': '8000',
  'scim:tableMaxWriteUnits': '4000',
  'scim:tableWarmReadUnits': '20000',
  'scim:tableWarmWriteUnits': '10000',
  'scim:authorizerCacheSeconds': '60',
  'scim:smallAccount': 'true',
  'scim:authorizerConcurrency': '0',
  'scim:tokenGraceDays': '14',
  'scim:tenantRequestsPerSecond': '25',
  'scim:tenantBurst': '100',
  'scim:throttle': 'standin',
  'scim:standInRequestsPerSecond': '500',
  'scim:tenantSearchMegabytesPerMinute': '1200',
  'scim:stageRequestsPerSecond': '2000',
  'scim:domains': JSON.stringify([
    { domainName: 'scim.example.com', certificateArn, hostedZoneId: 'Z0123456789ABC' },
    { domainName: '*.scim.example.org', certificateArn },
  ]),
  'scim:tlsPolicy': 'SecurityPolicy_TLS13_1_3_2025_09',
  'scim:endpointAccessMode': 'BASIC',
  'scim:webAcl': 'managed',
  'scim:webAclKnownRanges': '20.190.128.0/18,40.126.0.0/18,2603:1006:2000::/48',
  'scim:webAclUnknownLimit': '500',
  'scim:eventArchiveDays': '365',
  'scim:eventSubscriberAccounts': '111111111111,222222222222',
  'scim:logDays': '90',
  'scim:logRetentionDays': '365',
  'scim:alarmTopicArn': 'arn:aws:sns:eu-west-1:123456789012:pager',
  'scim:alarmEmail': 'operators@example.com',
  'scim:gatewayLogRole': 'true',
  'scim:tracing': 'true',
};
