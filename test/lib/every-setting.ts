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
  'scim:authorizerCacheSeconds': '60',
  'scim:authorizerConcurrency': '0',
  'scim:tokenGraceDays': '14',
  'scim:tenantRequestsPerSecond': '25',
  'scim:tenantBurst': '100',
  'scim:tenantSearchMegabytesPerMinute': '1200',
  'scim:domains': JSON.stringify([
    { domainName: 'scim.example.com', certificateArn, hostedZoneId: 'Z0123456789ABC' },
    { domainName: '*.scim.example.org', certificateArn },
  ]),
  'scim:webAcl': 'managed',
  'scim:eventArchiveDays': '365',
  'scim:logDays': '90',
  'scim:logRetentionDays': '365',
  'scim:alarmTopicArn': 'arn:aws:sns:eu-west-1:123456789012:pager',
  'scim:gatewayLogRole': 'false',
};
