// The two ends between which every deployment lies: nothing set, and everything.

export const nothingSet = {};

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
  'scim:throttle': 'standin',
  'scim:standInRequestsPerSecond': '500',
  'scim:tenantSearchMegabytesPerMinute': '1200',
  'scim:domainName': 'scim.example.com',
  'scim:certificateArn':
    'arn:aws:acm:eu-west-1:123456789012:certificate/0b2d6a50-7f3d-4c35-9f43-9a3c4f4d1c11',
  'scim:hostedZoneId': 'Z0123456789ABC',
  'scim:webAcl': 'managed',
  'scim:eventArchiveDays': '365',
  'scim:logDays': '90',
  'scim:logRetentionDays': '365',
  'scim:alarmTopicArn': 'arn:aws:sns:eu-west-1:123456789012:pager',
  'scim:gatewayLogRole': 'false',
};
