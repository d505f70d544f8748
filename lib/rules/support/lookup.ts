export { canonical, resourcesNamed } from '../../engine/facts/lookup';
