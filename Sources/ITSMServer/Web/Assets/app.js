// Starts what a page has. Each module finds its markup, makes it faster, and leaves plain HTML working without it.
import './keys.js';
import './live.js';
import './palette.js';
import './picker.js';
import { reveal } from './shell.js';

reveal();
