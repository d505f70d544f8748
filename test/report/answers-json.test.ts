import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { describe, expect, it } from 'vitest';
import { escalationsJson } from '../../lib/report/escalations-json';
import { whatCanJson } from '../../lib/report/what-can-json';
import { whoCanJson } from '../../lib/report/who-can-json';
import { ESCALATIONS, STEP, WHAT_CAN, WHO_CAN } from './answers';

const validator = (name: string) =>
  new Ajv({ strict: false }).compile(
    JSON.parse(readFileSync(join(__dirname, `../../docs/${name}.schema.json`), 'utf8')),
  );

describe('answers as JSON', () => {
  it('match their schemas, with everything and with nothing in them', () => {
    const bare = {
      principal: 'Prod/Ci',
      logicalId: 'Ci',
      template: 'Prod',
      services: [],
      becomes: [],
      gains: [],
      unknowns: [],
    };
    const answers = {
      'who-can': [whoCanJson(WHO_CAN), whoCanJson({ action: '*', resource: '*', principals: [] })],
      'what-can': [whatCanJson(WHAT_CAN), whatCanJson(bare)],
      'escalations': [
        escalationsJson(ESCALATIONS, []),
        escalationsJson([], ['transform "Mine" of the template, of Prod']),
      ],
    };
    for (const [name, texts] of Object.entries(answers)) {
      const isValid = validator(name);
      for (const text of texts) {
        isValid(JSON.parse(text));
        expect({ name, errors: isValid.errors ?? [] }).toEqual({ name, errors: [] });
      }
    }
  });

  it('have schemas that refuse a missing field', () => {
    const { direct: _, ...incomplete } = JSON.parse(whoCanJson(WHO_CAN)).principals[0];
    expect(validator('who-can')({ ...JSON.parse(whoCanJson(WHO_CAN)), principals: [incomplete] })).toBe(false);
    const { steps: __, ...stepless } = JSON.parse(escalationsJson(ESCALATIONS, [])).escalations[0];
    expect(validator('escalations')({ version: 1, escalations: [stepless] })).toBe(false);
    const { admin: ___, ...adminless } = JSON.parse(whatCanJson(WHAT_CAN));
    expect(validator('what-can')(adminless)).toBe(false);
  });

  it('say null for who is outside of the templates', () => {
    expect(JSON.parse(whoCanJson(WHO_CAN)).principals[2]).toMatchObject({ logicalId: null, template: null });
  });

  it('name escalations as the contract does', () => {
    expect(JSON.parse(escalationsJson(ESCALATIONS, [])).escalations[0]).toEqual({
      principal: 'Prod/Ci',
      principalLogicalId: 'Ci3C',
      template: 'Prod',
      reaches: 'Prod/Deployer',
      reachesLogicalId: 'Deployer5E',
      reachesTemplate: 'Prod',
      certainty: 'certain',
      steps: [STEP],
    });
  });
});
